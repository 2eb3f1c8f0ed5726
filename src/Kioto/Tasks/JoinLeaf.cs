namespace Kioto;

/// <summary>Waits for a task and takes its result.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
internal sealed class JoinLeaf<T> : LeafSource<T>
{
    private TaskCell<T>? _cell;

    internal static Future<T> Await(TaskCell<T> cell)
    {
        JoinLeaf<T> leaf = SourcePool<JoinLeaf<T>>.Rent(Ambient.Current);
        leaf._cell = cell;
        return new Future<T>(leaf, leaf.Version);
    }

    private protected override bool Poll(ref PollContext context)
    {
        TaskCell<T> cell = _cell!;
        if (cell.Join.TryRegister(context.Waker.Target!))
        {
            return false;
        }

        if (cell.WasAborted)
        {
            return Fail(new TaskAbortedException());
        }

        if (cell.Error is { } error)
        {
            Error = error;
            State = SourceState.Done;
            return true;
        }

        return Complete(cell.Result);
    }

    // The waker stays registered: it wakes once more for nothing, which is allowed.
    private protected override bool Withdraw() => true;

    private protected override void Recycle(Ambient ambient)
    {
        _cell = null;
        ClearOutcome();
        SourcePool<JoinLeaf<T>>.Return(ambient, this);
    }
}
