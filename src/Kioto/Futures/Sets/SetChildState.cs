using System.Threading;

namespace Kioto;

/// <summary>The state word of a place in a future set: whether it is queued to be polled, and whether it lives.</summary>
/// <remarks>
/// A mutable struct that is never copied: a field of <see cref="FutureSetChild{T}"/>.
/// INVARIANT, QUEUED: the child is on the ready list (or in the hands of who is about to push it, or of the consumer,
/// who has yet to poll it) iff QUEUED is set. INVARIANT, WAKE: a wake either sets QUEUED and pushes, or finds it set;
/// then the consumer's <see cref="TransitionToPolling"/>, which is later in the word's order, precedes a poll that sees
/// everything before the wake. INVARIANT, REUSE: a place serves the next future only when it has ended and is not
/// queued, so that nobody else holds it; a waker of the future before can wake it for nothing, which is allowed.
/// Every transition is an atomic read-modify-write: see <see cref="TaskState"/> for why.
/// </remarks>
internal struct SetChildState
{
    /// <summary>To be polled. Set by a waker or by adding it, cleared by the consumer only.</summary>
    internal const int Queued = 1;

    /// <summary>Holds no future that could be polled. Set and cleared by the consumer only.</summary>
    internal const int Ended = 2;

    /// <summary>A new place is free.</summary>
    internal const int Initial = Ended;

    private int _value;

    internal SetChildState(int value) => _value = value;

    /// <summary>A wake, from any thread.</summary>
    /// <returns>Whether the caller must push the child.</returns>
    internal SetChildWake TransitionToQueued()
    {
        // ORDERING: full fence; whatever the waker wrote before is seen by the poll that follows TransitionToPolling.
        int seen = Interlocked.CompareExchange(ref _value, Queued, 0);
        return seen == 0 ? SetChildWake.Push : SetChildWake.DoNothing;
    }

    /// <summary>Taken off the ready list by the consumer. Precondition (QUEUED): QUEUED is set.</summary>
    /// <returns>Whether to poll it, or to free the place.</returns>
    internal SetChildTurn TransitionToPolling()
    {
        // ORDERING: full fence, before the poll; pairs with TransitionToQueued.
        int before = Interlocked.And(ref _value, ~Queued);
        return (before & Ended) == 0 ? SetChildTurn.Poll : SetChildTurn.Free;
    }

    /// <summary>The consumer's poll completed the child. Precondition: it lives.</summary>
    /// <returns>Whether the place is free now, or when it comes off the ready list.</returns>
    internal SetChildEnd TransitionToEnded()
    {
        // ORDERING: decides between us and a waker that sets QUEUED; whoever comes second sees the other's bit.
        int before = Interlocked.Or(ref _value, Ended);
        return (before & Queued) == 0 ? SetChildEnd.Free : SetChildEnd.StillQueued;
    }

    /// <summary>The place takes a new future, which is to be pushed. Precondition: ENDED alone is set.</summary>
    internal void TransitionToLive() => Interlocked.Exchange(ref _value, Queued); // ORDERING: no waker's CAS can hit before.
}
