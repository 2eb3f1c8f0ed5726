namespace Kioto;

/// <summary>One await of a shared future.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
internal sealed class SharedLeaf<T> : LeafSource<T>
{
    private SharedStrand<T>? _strand;
    private bool _cancel;
    private bool _asked;

    // INVARIANT: guarded by the strand's lock.
    internal SharedLeaf<T>? Before;
    internal SharedLeaf<T>? After;
    internal WakeTarget? Target;
    internal bool IsLinked;

    internal static Future<T> Await(SharedStrand<T> strand, bool cancel)
    {
        SharedLeaf<T> leaf = SourcePool<SharedLeaf<T>>.Rent(Ambient.Current);
        leaf._strand = strand;
        leaf._cancel = cancel;
        return new Future<T>(leaf, leaf.Version);
    }

    internal override void Describe(LeafDescription into)
    {
        into.Set($"SharedFuture<{TypeNames.Of(typeof(T))}>", _strand);
        into.Add("shared", _strand);
    }

    private protected override bool Poll(ref PollContext context)
    {
        bool cancel = _cancel && !_asked;
        _asked = _cancel;
        if (!_strand!.Poll(this, context.Waker.Target, cancel, out FutureOutcome<T> outcome))
        {
            return false;
        }

        // Who cancels waits for the end; the outcome is the others' business.
        if (_cancel)
        {
            return Complete(default!);
        }

        if (outcome.Error is { } error)
        {
            Error = error;
            State = SourceState.Done;
            return true;
        }

        return Complete(outcome.Get());
    }

    private protected override bool Withdraw()
    {
        _strand!.Remove(this);
        return true;
    }

    private protected override void Recycle(Ambient ambient)
    {
        _strand = null;
        _cancel = false;
        _asked = false;
        ClearOutcome();
        SourcePool<SharedLeaf<T>>.Return(ambient, this);
    }
}
