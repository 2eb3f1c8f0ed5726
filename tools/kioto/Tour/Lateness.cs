using System;
using System.Diagnostics;
using System.Threading;

namespace Kioto.Tool.Tour;

/// <summary>How late something is that should happen every millisecond.</summary>
internal sealed class Lateness
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(1);

    // INVARIANT: written by the one task that ticks, read by whoever shows or judges.
    private long _last = Stopwatch.GetTimestamp();
    private long _worst;

    /// <summary>The worst so far, in milliseconds; a tick that is still overdue counts as well.</summary>
    public double WorstMillis
    {
        get
        {
            TimeSpan waiting = Stopwatch.GetElapsedTime(Volatile.Read(ref _last)) - Interval;
            return Math.Max(TimeSpan.FromTicks(Volatile.Read(ref _worst)).TotalMilliseconds, waiting.TotalMilliseconds);
        }
    }

    public void Tick()
    {
        long late = (Stopwatch.GetElapsedTime(_last) - Interval).Ticks;
        Volatile.Write(ref _worst, Math.Max(_worst, late));
        Volatile.Write(ref _last, Stopwatch.GetTimestamp());
    }
}
