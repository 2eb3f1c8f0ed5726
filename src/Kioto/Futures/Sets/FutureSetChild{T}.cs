namespace Kioto;

/// <summary>A place for a future in a set: a strand of its own, whose wakes put it onto the set's ready list.</summary>
/// <remarks>It belongs to one set for ever: a waker of an earlier future of the place wakes that set for nothing at worst.</remarks>
/// <typeparam name="T">The type of the result.</typeparam>
internal sealed class FutureSetChild<T>(FutureSetCore<T> set) : ChildStrand<T>
{
    internal SetChildState State = new(SetChildState.Initial);

    /// <summary>INVARIANT: the link of the ready list, or of the set's free places; whose it is, <see cref="State"/> says.</summary>
    internal FutureSetChild<T>? Next;

    // INVARIANT: the consumer's, from here on.

    /// <summary>The links among the set's living children.</summary>
    internal FutureSetChild<T>? Older;
    internal FutureSetChild<T>? Newer;

    /// <summary>Changes when the future that the place serves ends, so that a stale key is recognised.</summary>
    internal uint Version;

    /// <summary>What its outcome is marked with, for whoever added it.</summary>
    internal int Tag;

    /// <summary>Whether it is to be cancelled at its next turn, instead of being polled.</summary>
    internal bool CancelRequested;

    /// <summary>Whether it asked for another turn behind everything that is ready.</summary>
    internal bool HasYielded;

    internal bool BelongsTo(FutureSetCore<T> other) => ReferenceEquals(set, other);

    internal override void Wake() => set.WakeChild(this);

    internal override void RequestYield() => HasYielded = true;

    /// <summary>As new, with no reference kept.</summary>
    /// <returns>Whether the place may serve another future.</returns>
    internal bool TryClear()
    {
        CancelRequested = false;
        HasYielded = false;
        return TryReset();
    }
}
