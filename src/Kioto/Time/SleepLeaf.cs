using System;

namespace Kioto;

/// <summary>Waits for a time.</summary>
internal sealed class SleepLeaf : LeafSource<Unit>
{
    // Its deadline is what was asked for until the timer is started: a duration, or an instant.
    private readonly TimerEntry _timer = new();
    private ITimerSource? _timers;
    private bool _isInstant;

    internal static Future For(long nanos) => Await(nanos, isInstant: false);

    internal static Future Until(Instant deadline) => Await(deadline.Nanos, isInstant: true);

    internal static InvalidOperationException Gone() =>
        new("The runtime that this sleep waited on has been shut down.");

    private static Future Await(long nanos, bool isInstant)
    {
        SleepLeaf leaf = SourcePool<SleepLeaf>.Rent(Ambient.Current);
        leaf._timer.Deadline = nanos;
        leaf._isInstant = isInstant;
        return new Future(leaf, leaf.Version);
    }

    internal override void Describe(LeafDescription into) =>
        into.Set("Kio.Sleep", null, _timers is { } timers ? Durations.Left(_timer.Deadline, timers) : null);

    private protected override bool Poll(ref PollContext context)
    {
        if (_timers is null)
        {
            return Begin(context.Waker.Target!);
        }

        switch (_timers.Poll(_timer, context.Waker.Target!))
        {
            case TimerState.Waiting:
                return false;
            case TimerState.Fired:
                _timers = null; // The wheel has let go of it.
                return Complete(default);
            default:
                _timers = null;
                return Fail(Gone());
        }
    }

    private protected override bool Withdraw()
    {
        // Waiting for the wheel's lock makes sure that a wheel which is firing this timer has let go of it.
        _timers?.Cancel(_timer);
        _timers = null;
        return true;
    }

    private protected override void Recycle(Ambient ambient)
    {
        _timers?.Cancel(_timer);
        _timers = null;
        ClearOutcome();
        SourcePool<SleepLeaf>.Return(ambient, this);
    }

    private bool Begin(WakeTarget target)
    {
        ITimerSource timers = (Ambient.Current.Scheduler ?? throw Throw.NoRuntime("Kio.Sleep")).Timers;
        long nanos = _timer.Deadline;
        if (!_isInstant && nanos <= 0)
        {
            return Complete(default);
        }

        long now = timers.Now;
        if (!_isInstant)
        {
            _timer.Deadline = Instant.Add(now, nanos);
        }
        else if (nanos <= now)
        {
            return Complete(default);
        }

        _timer.Target = target;
        timers.Start(_timer, now);
        _timers = timers;
        return false;
    }
}
