namespace Kioto;

/// <summary>Waits for an item of a stream, or for a time.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
internal sealed class ItemOrTimeLeaf<T> : LeafSource<TimedStep>
{
    private TimedSource<T>? _source;
    private Sleep? _limit;
    private bool _waiting;

    internal static Future<TimedStep> Await(TimedSource<T> source, Sleep? limit)
    {
        ItemOrTimeLeaf<T> leaf = SourcePool<ItemOrTimeLeaf<T>>.Rent(Ambient.Current);
        leaf._source = source;
        leaf._limit = limit;
        return new Future<TimedStep>(leaf, leaf.Version);
    }

    internal override void Describe(LeafDescription into)
    {
        if (_limit is { } limit)
        {
            into.Set("an item of a stream, or its time limit", limit, limit.Left);
        }
        else
        {
            into.Set("an item of a stream");
        }
    }

    private protected override bool Poll(ref PollContext context)
    {
        // The item first: one that is there is never too late.
        if (_source!.TryStep(ref context, out TimedStep step))
        {
            Leave();
            return Complete(step);
        }

        if (_limit is not { } limit)
        {
            return false;
        }

        WakeTarget target = context.Waker.Target!;
        if (!_waiting)
        {
            _waiting = limit.TryBegin(target);
            return !_waiting && Complete(TimedStep.Late);
        }

        TimerState state = limit.Poll(target);
        if (state == TimerState.Waiting)
        {
            return false;
        }

        _waiting = false;
        return state == TimerState.Fired ? Complete(TimedStep.Late) : Fail(SleepLeaf.Gone());
    }

    private protected override bool Withdraw()
    {
        Leave();
        return true;
    }

    private protected override void Recycle(Ambient ambient)
    {
        Leave();
        _source = null;
        _limit = null;
        ClearOutcome();
        SourcePool<ItemOrTimeLeaf<T>>.Return(ambient, this);
    }

    private void Leave()
    {
        if (_waiting)
        {
            _waiting = false;
            _limit!.End();
        }
    }
}
