namespace Kioto;

/// <summary>Waits for a task and takes its result.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
internal sealed class JoinLeaf<T> : LeafSource<T>
{
    private TaskCell<T>? _cell;
    private JoinWaiter _waiter;

    internal static Future<T> Await(TaskCell<T> cell)
    {
        JoinLeaf<T> leaf = SourcePool<JoinLeaf<T>>.Rent(Ambient.Current);
        leaf._cell = cell;
        return new Future<T>(leaf, leaf.Version);
    }

    internal override void Describe(LeafDescription into)
    {
        into.Set($"JoinHandle of task {_cell!.KnownId}");
        into.WaitFor(_cell);
    }

    private protected override bool Poll(ref PollContext context)
    {
        TaskCell<T> cell = _cell!;
        if (_waiter.TryWait(ref cell.Join, context.Waker.Target!))
        {
            return false;
        }

        if (cell.WasAborted)
        {
            return Fail(cell.MakeAborted());
        }

        if (cell.ObserveError() is { } error)
        {
            Error = error;
            State = SourceState.Done;
            return true;
        }

        return Complete(cell.Result);
    }

    private protected override bool Withdraw()
    {
        _waiter.Leave(ref _cell!.Join);
        return true;
    }

    private protected override void Recycle(Ambient ambient)
    {
        _cell = null;
        _waiter.Forget();
        ClearOutcome();
        SourcePool<JoinLeaf<T>>.Return(ambient, this);
    }
}
