using System;
using System.Diagnostics;
using System.Threading;

namespace Kioto.TestSupport;

/// <summary>Keeps a thread busy.</summary>
internal static class Spin
{
    /// <summary>For so long and no shorter, which <see cref="Environment.TickCount64"/> can't say: it leaps by the kernel's ticks.</summary>
    /// <param name="millis">Milliseconds.</param>
    internal static void For(int millis)
    {
        long start = Stopwatch.GetTimestamp();
        SpinWait.SpinUntil(() => Stopwatch.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(millis));
    }
}
