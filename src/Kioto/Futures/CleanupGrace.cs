using System;
using System.Threading;

namespace Kioto;

/// <summary>The time that a cancelled strand has before its cancellation is delivered again: one timer.</summary>
internal sealed class CleanupGrace : WakeTarget
{
    /// <summary>However short the grace is, a strand that swallows every cancellation does not keep its thread busy.</summary>
    private const long LeastNanos = 10_000_000;

    private readonly TimerEntry _timer = new();
    private readonly Strand _strand;
    private readonly ITimerSource _timers;

    // INVARIANT: set by the timer, read by the strand's poller.
    private int _over;

    private CleanupGrace(Strand strand, ITimerSource timers)
    {
        _strand = strand;
        _timers = timers;
    }

    internal bool IsOver => Volatile.Read(ref _over) != 0; // ORDERING: acquire, pairs with Wake; the wake itself orders it too.

    /// <summary>Starts a grace.</summary>
    /// <param name="strand">The strand; it is woken when the grace is over.</param>
    /// <param name="scheduler">The runtime whose thread polls it.</param>
    /// <returns>The grace, or null when that runtime has ended.</returns>
    internal static CleanupGrace? TryStart(Strand strand, Scheduler scheduler)
    {
        ITimerSource timers = scheduler.Timers;
        CleanupGrace grace = new(strand, timers);
        grace._timer.Deadline = timers.Now + long.Max(LeastNanos, scheduler.CleanupGraceNanos);
        grace._timer.Target = grace;
        try
        {
            timers.Start(grace._timer);
            return grace;
        }
        catch (InvalidOperationException)
        {
            return null; // Its timers are closed: it kills what still lives by itself.
        }
    }

    internal override void Wake()
    {
        Volatile.Write(ref _over, 1); // ORDERING: release, before the wake.
        _strand.Target.Wake();
    }

    /// <summary>Takes the timer back. A wake that is under way comes for nothing.</summary>
    internal void Stop() => _timers.Cancel(_timer);
}
