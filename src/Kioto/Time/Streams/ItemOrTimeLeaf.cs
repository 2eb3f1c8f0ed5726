namespace Kioto;

/// <summary>Waits for an item of a stream, or for a time.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
internal sealed class ItemOrTimeLeaf<T> : LeafSource<bool>
{
    private PendingItem<T>? _item;
    private Sleep? _limit;
    private bool _waiting;

    internal static Future<bool> Await(PendingItem<T> item, Sleep limit)
    {
        ItemOrTimeLeaf<T> leaf = SourcePool<ItemOrTimeLeaf<T>>.Rent(Ambient.Current);
        leaf._item = item;
        leaf._limit = limit;
        return new Future<bool>(leaf, leaf.Version);
    }

    internal override void Describe(LeafDescription into) => into.Set("an item of a stream, or its time limit", _item, _limit!.Left);

    private protected override bool Poll(ref PollContext context)
    {
        // The item first: one that is there is never too late.
        WakeTarget target = context.Waker.Target!;
        if (_item!.Poll(target))
        {
            Leave();
            return Complete(true);
        }

        if (!_waiting)
        {
            _waiting = _limit!.TryBegin(target);
            return !_waiting && Complete(false);
        }

        TimerState state = _limit!.Poll(target);
        if (state == TimerState.Waiting)
        {
            return false;
        }

        _waiting = false;
        return state == TimerState.Fired ? Complete(false) : Fail(SleepLeaf.Gone());
    }

    private protected override bool Withdraw()
    {
        Leave();
        return true;
    }

    private protected override void Recycle(Ambient ambient)
    {
        Leave();
        _item = null;
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
