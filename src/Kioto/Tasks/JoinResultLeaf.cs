namespace Kioto;

/// <summary>Waits for a task and takes its outcome, whatever it is, as a value.</summary>
/// <typeparam name="T">The type of the task's result.</typeparam>
internal sealed class JoinResultLeaf<T> : LeafSource<JoinResult<T>>
{
    private TaskCell<T>? _cell;
    private JoinWaiter _waiter;

    internal static Future<JoinResult<T>> Await(TaskCell<T> cell)
    {
        JoinResultLeaf<T> leaf = SourcePool<JoinResultLeaf<T>>.Rent(Ambient.Current);
        leaf._cell = cell;
        return new Future<JoinResult<T>>(leaf, leaf.Version);
    }

    internal override void Describe(LeafDescription into)
    {
        into.Set($"JoinHandle.JoinAsync of task {_cell!.KnownId}");
        into.WaitFor(_cell);
    }

    private protected override bool Poll(ref PollContext context)
    {
        TaskCell<T> cell = _cell!;
        return !_waiter.TryWait(ref cell.Join, context.Waker.Target!) && Complete(JoinResult<T>.Of(cell));
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
        SourcePool<JoinResultLeaf<T>>.Return(ambient, this);
    }
}
