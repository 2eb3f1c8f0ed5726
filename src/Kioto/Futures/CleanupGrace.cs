using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;

namespace Kioto;

#pragma warning disable RS0030 // A timer of .NET, where there is no wheel, or its time is not real.

/// <summary>The time that a cancelled strand has before its cancellation is delivered again: one timer.</summary>
/// <remarks>
/// Of a strand inside a shield, twice that time: then it is reported, and left alone. On a paused clock, and in a local
/// set that no runtime drives, the time is real, by a timer of .NET: code that cleans up by something real must not be
/// cut off because virtual time passes at once. So it is for what a thread blocks on beyond the end of its runtime, whose
/// timers are gone.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "Stop disposes of the timer; one that fires once holds nothing afterwards.")]
internal sealed class CleanupGrace : WakeTarget
{
    /// <summary>Where nobody has set another.</summary>
    internal const long DefaultNanos = 5_000_000_000;

    /// <summary>However short the grace is, a strand that swallows every cancellation does not keep its thread busy.</summary>
    private const long LeastNanos = 10_000_000;

    private readonly PlainTimer? _timer;
    private readonly ITimerSource? _timers;
    private readonly Strand _strand;
    private readonly Scheduler _scheduler;

    // INVARIANT: written once: by who starts the grace, or by who closes the timers that it was started with. The
    // callback does not look at it. A Stop that comes before the latter misses it: then its wake comes for nothing.
    private Timer? _realTimer;

    // INVARIANT: set by the timer, read by the strand's poller.
    private int _over;

    private CleanupGrace(Strand strand, Scheduler scheduler, bool shielded)
    {
        _strand = strand;
        _scheduler = scheduler;
        IsForShield = shielded;
        if (scheduler.IsTimeReal)
        {
            _timers = scheduler.Timers;
            _timer = new PlainTimer { Target = this };
        }
    }

    internal bool IsOver => Volatile.Read(ref _over) != 0; // ORDERING: acquire, pairs with Wake; the wake itself orders it too.

    /// <summary>Whether it only reports: the strand is inside a shield.</summary>
    internal bool IsForShield { get; }

    private long Nanos => long.Max(LeastNanos, _scheduler.CleanupGraceNanos) * (IsForShield ? 2 : 1);

    /// <summary>Starts a grace.</summary>
    /// <param name="strand">The strand; it is woken when the grace is over.</param>
    /// <param name="scheduler">The runtime whose thread polls it, or the local set that none drives.</param>
    /// <param name="shielded">Whether the strand is inside a shield.</param>
    /// <returns>The grace.</returns>
    internal static CleanupGrace Start(Strand strand, Scheduler scheduler, bool shielded)
    {
        CleanupGrace grace = new(strand, scheduler, shielded);
        long nanos = grace.Nanos;
        if (grace._timer is { } timer)
        {
            long now = grace._timers!.Now;
            timer.Deadline = now + nanos;
            try
            {
                grace._timers.Start(timer, now);
                return grace;
            }
            catch (InvalidOperationException)
            {
                // They are closed. What still lives it kills by itself, but not what a thread blocks on.
            }
        }

        grace.StartRealTimer(nanos);
        return grace;
    }

    internal override void Wake()
    {
        if (_timer is { Standing: TimerState.Gone })
        {
            // Its runtime has ended, not the grace.
            StartRealTimer(long.Clamp(_timer.Deadline - _timers!.Now, LeastNanos, Nanos));
            return;
        }

        WakeAtEnd();
    }

    /// <summary>Takes the timer back. A wake that is under way comes for nothing.</summary>
    internal void Stop()
    {
        _realTimer?.Dispose();
        _timer?.Holder?.Cancel(_timer);
    }

    private void WakeAtEnd()
    {
        if (IsForShield)
        {
            Report();
            return;
        }

        Volatile.Write(ref _over, 1); // ORDERING: release, before the wake.
        _strand.Target.Wake();
    }

    private void StartRealTimer(long nanos)
    {
        bool suppress = !ExecutionContext.IsFlowSuppressed();
        AsyncFlowControl control = suppress ? ExecutionContext.SuppressFlow() : default;
        _realTimer = new Timer(
            static grace => ((CleanupGrace)grace!).WakeAtEnd(), this, TimeSpan.FromMicroseconds(nanos / 1000), Timeout.InfiniteTimeSpan);
        if (suppress)
        {
            control.Undo();
        }
    }

    // On the timer's thread: what the strand waits for is not to be looked at here.
    private void Report()
    {
        if (_strand.TryBeginReport())
        {
            TimeoutException report = new(
                $"A Kioto future was cancelled two cleanup graces ago, in {_strand.Name}, and the cancellation waits for the end of " +
                "a Kio.Shield: nothing else ends it before its runtime does. Shield only what ends by itself; limit it by a " +
                "Timeout inside the shield.");
            _scheduler.ReportFailure(report, FailedTask.Of(_strand), null);
        }
    }
}
