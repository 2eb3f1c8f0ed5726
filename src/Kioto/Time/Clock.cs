using System.Diagnostics;

namespace Kioto;

/// <summary>The monotonic clock, in nanoseconds since the process first asked.</summary>
internal static class Clock
{
    private static readonly long s_start = Stopwatch.GetTimestamp();

    /// <summary>A system call's worth of time on some machines: not for every poll.</summary>
    internal static long Now
    {
        get
        {
            long ticks = Stopwatch.GetTimestamp() - s_start;
            return Stopwatch.Frequency == 1_000_000_000 ? ticks : (long)(ticks * (1e9 / Stopwatch.Frequency));
        }
    }
}
