using System.Runtime.CompilerServices;

namespace Kioto;

/// <summary>One turn of a pinned future: while somebody awaits this, the pinned strand is polled.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
internal sealed class PinnedLeaf<T> : LeafSource<T>
{
    private Pinned<T>? _pinned;

    internal static Future<T> Await(Pinned<T> pinned)
    {
        PinnedLeaf<T> leaf = SourcePool<PinnedLeaf<T>>.Rent(Ambient.Current);
        leaf._pinned = pinned;
        return new Future<T>(leaf, leaf.Version);
    }

    internal override void Describe(LeafDescription into)
    {
        into.Set(TypeNames.Of(typeof(Pinned<T>)), _pinned);
        into.Add("pinned", _pinned!.Strand);
    }

    private protected override bool Poll(ref PollContext context)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack(); // A strand in a strand: this recurses.
        if (_pinned!.Poll(this, Ambient.Current) is not { } arm)
        {
            return false;
        }

        if (arm.Error is { } error)
        {
            Error = error;
            State = SourceState.Done;
            return true;
        }

        return Complete(arm.Result!);
    }

    // It stays suspended. Its waker wakes this task for nothing, or the next select that it is passed to.
    private protected override bool Withdraw()
    {
        _pinned!.Release(this);
        return true;
    }

    private protected override void Recycle(Ambient ambient)
    {
        _pinned!.Release(this);
        _pinned = null;
        ClearOutcome();
        SourcePool<PinnedLeaf<T>>.Return(ambient, this);
    }
}
