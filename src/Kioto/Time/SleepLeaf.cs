namespace Kioto;

/// <summary>Waits for a time.</summary>
internal sealed class SleepLeaf : TimerEntry
{
    // The deadline is what was asked for until the timer is started and has a holder: a duration, or an instant.
    private bool _isInstant;

    internal static Future For(long nanos) => Await(nanos, isInstant: false);

    internal static Future Until(Instant deadline) => Await(deadline.Nanos, isInstant: true);

    internal static RuntimeShutdownException Gone() =>
        new("The runtime that this sleep waited on has been shut down.");

    private static Future Await(long nanos, bool isInstant)
    {
        SleepLeaf leaf = SourcePool<SleepLeaf>.Rent(Ambient.Current);
        leaf.Deadline = nanos;
        leaf._isInstant = isInstant;
        return new Future(leaf, leaf.Version);
    }

    internal override void Describe(LeafDescription into) =>
        into.Set("Kio.Sleep", null, Holder is { } holder ? Durations.Left(Deadline, holder.Now) : null);

    private protected override bool Poll(ref PollContext context)
    {
        if (Holder is not { } holder)
        {
            return Begin(context.Waker.Target!);
        }

        switch (holder.Poll(this, context.Waker.Target!))
        {
            case TimerState.Waiting:
                return false;
            case TimerState.Fired:
                LetGo();
                return Complete(default);
            default:
                LetGo();
                return Fail(Gone());
        }
    }

    private protected override bool Withdraw()
    {
        TakeBack();
        return true;
    }

    private protected override void Recycle(Ambient ambient)
    {
        TakeBack();
        ClearOutcome();
        SourcePool<SleepLeaf>.Return(ambient, this);
    }

    private bool Begin(WakeTarget target)
    {
        ITimerSource timers = (Ambient.Current.Scheduler ?? throw Throw.NoRuntime("Kio.Sleep")).Timers;
        long nanos = Deadline;
        if (!_isInstant && nanos <= 0)
        {
            return Complete(default);
        }

        long now = timers.Now;
        if (!_isInstant)
        {
            Deadline = Instant.Add(now, nanos);
        }
        else if (nanos <= now)
        {
            return Complete(default);
        }

        Target = target;
        timers.Start(this, now);
        return false;
    }

    // Waiting for the wheel's lock makes sure that a wheel which is firing this timer has let go of it.
    private void TakeBack()
    {
        if (Holder is { } holder)
        {
            holder.Cancel(this);
            LetGo();
        }
    }

    // The wheel has.
    private void LetGo()
    {
        Holder = null;
        Target = null;
    }
}
