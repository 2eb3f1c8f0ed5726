using System;
using System.Threading;

namespace Kioto;

/// <summary>Measures, look by look, the time in which threads could run: not that in which the collector stopped them.</summary>
internal struct RunningTime()
{
    private long _now = Clock.Now;
    private long _pauses = GcPauses();

    /// <summary>The time of the latest look, in nanoseconds. Any thread.</summary>
    internal readonly long LatestLook => Volatile.Read(in _now); // ORDERING: any recent value will do.

    /// <summary>Looks at the clock. One thread.</summary>
    /// <param name="period">How often this is called.</param>
    /// <returns>
    /// What passed since the last look, two periods at most: a process that was stopped, or a caller that was kept from
    /// running, has looked once all the same.
    /// </returns>
    internal long Look(long period)
    {
        long now = Clock.Now;
        long pauses = GcPauses();
        long passed = now - _now - (pauses - _pauses);
        _pauses = pauses;
        Volatile.Write(ref _now, now); // ORDERING: as in LatestLook.
        return long.Clamp(passed, 0, 2 * period);
    }

    private static long GcPauses() => Instant.ToNanos(GC.GetTotalPauseDuration());
}
