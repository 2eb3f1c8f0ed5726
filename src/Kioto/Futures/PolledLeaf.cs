namespace Kioto;

/// <summary>A hand-written future as a leaf.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
internal sealed class PolledLeaf<T> : LeafSource<T>
{
    private static readonly object s_polled = new();

    private IFuture<T>? _future;

    internal override string Description => _future is { } future ? DescribeType(future.GetType()) : base.Description;

    internal static Future<T> Await(IFuture<T> future)
    {
        PolledLeaf<T> leaf = SourcePool<PolledLeaf<T>>.Rent(Ambient.Current);
        leaf._future = future;
        return new Future<T>(leaf, leaf.Version);
    }

    internal override void Describe(LeafDescription into)
    {
        IFuture<T> future = _future!;
        into.Set($"{TypeNames.Of(future.GetType())}.Poll", future);
        into.Add("inside", future);
    }

    private protected override bool Poll(ref PollContext context)
    {
        // User code, polled again: whatever ran on this thread meanwhile has left its execution context behind.
        Ambient ambient = Ambient.Current;
        if (ambient.Strand!.Awaiting is { } awaiting)
        {
            ContextFlow.Enter(awaiting.Context, ambient);
        }
        else if (Aux is not null)
        {
            ContextFlow.Enter(Context, ambient);
        }

        Poll<T> poll = _future!.Poll(ref context);
        if (poll.IsReady)
        {
            return Complete(poll.Value);
        }

        // In the default context anything else, to tell that it was polled: but no Ambient, which would say whose pool
        // the leaf goes to in the end (see GetAwaited), and another thread may make the last poll.
        Aux = (object?)ContextFlow.Save(ambient) ?? s_polled;
        return false;
    }

    // Like a dropped future in Rust: what it needs to undo, it undoes in its Dispose.
    private protected override bool Withdraw()
    {
        try
        {
            (_future as System.IDisposable)?.Dispose();
        }
        catch (System.Exception exception)
        {
            // User code: its failure is the await's, and must not reach the worker's loop.
            Fail(exception);
        }

        return true;
    }

    private protected override void Recycle(Ambient ambient)
    {
        _future = null;
        ClearOutcome();
        Aux = null;
        SourcePool<PolledLeaf<T>>.Return(ambient, this);
    }
}
