namespace Kioto;

/// <summary>Waits until a current-thread runtime has nothing else to do.</summary>
internal sealed class IdleLeaf : LeafSource<Unit>
{
    private RuntimeScheduler? _scheduler;
    private bool _waiting;

    internal static Future Await(RuntimeScheduler scheduler)
    {
        IdleLeaf leaf = SourcePool<IdleLeaf>.Rent(Ambient.Current);
        leaf._scheduler = scheduler;
        return new Future(leaf, leaf.Version);
    }

    internal override void Describe(LeafDescription into) => into.Set("the runtime to be idle");

    private protected override bool Poll(ref PollContext context)
    {
        ClockState clock = _scheduler!.Driver.Timers.Clock;
        if (!_waiting)
        {
            _waiting = true;
            clock.WaitForIdle(context.Waker.Target!);
            _scheduler.Driver.Driver.Unpark();
        }

        // On a clock that runs nobody looks for that moment. Who resumes it wakes us: after it has told the clock.
        if (clock.IsPaused && clock.StillWaitsForIdle(context.Waker.Target!))
        {
            return false;
        }

        Leave();
        return Complete(default);
    }

    private protected override bool Withdraw()
    {
        Leave();
        return true;
    }

    private protected override void Recycle(Ambient ambient)
    {
        Leave();
        _scheduler = null;
        ClearOutcome();
        SourcePool<IdleLeaf>.Return(ambient, this);
    }

    private void Leave()
    {
        if (_waiting)
        {
            _waiting = false;
            _scheduler!.Driver.Timers.Clock.StopWaitingForIdle();
        }
    }
}
