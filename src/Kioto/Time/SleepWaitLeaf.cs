namespace Kioto;

/// <summary>Waits for a <see cref="Sleep"/>.</summary>
internal sealed class SleepWaitLeaf : LeafSource<Unit>
{
    private Sleep? _sleep;

    // Whether the sleep counts this as its waiter.
    private bool _waiting;

    internal static Future Await(Sleep sleep)
    {
        SleepWaitLeaf leaf = SourcePool<SleepWaitLeaf>.Rent(Ambient.Current);
        leaf._sleep = sleep;
        return new Future(leaf, leaf.Version);
    }

    internal override void Describe(LeafDescription into) => into.Set("Sleep.WaitAsync", _sleep, _sleep!.Left);

    private protected override bool Poll(ref PollContext context)
    {
        WakeTarget target = context.Waker.Target!;
        if (!_waiting)
        {
            _waiting = _sleep!.TryBegin(target);
            return !_waiting && Complete(default);
        }

        TimerState state = _sleep!.Poll(target);
        if (state == TimerState.Waiting)
        {
            return false;
        }

        _waiting = false;
        return state == TimerState.Fired ? Complete(default) : Fail(SleepLeaf.Gone());
    }

    private protected override bool Withdraw()
    {
        Leave();
        return true;
    }

    private protected override void Recycle(Ambient ambient)
    {
        Leave();
        _sleep = null;
        ClearOutcome();
        SourcePool<SleepWaitLeaf>.Return(ambient, this);
    }

    private void Leave()
    {
        if (_waiting)
        {
            _waiting = false;
            _sleep!.End();
        }
    }
}
