using System.Threading;

namespace Kioto;

/// <summary>The state word of a task of a group: whether it has ended, and whether the group has let it go.</summary>
/// <remarks>
/// A mutable struct that is never copied: a field of <see cref="GroupMember"/>.
/// INVARIANT, ONE OWNER: the outcome has one owner. Ended before it was let go: it is the group's, whoever unlinks the
/// member there. Let go before it ended: it is the ending thread's. The order of the two bits in this word decides.
/// </remarks>
internal struct MemberState
{
    /// <summary>The task has ended. Set once, by the thread that ended it; never unset.</summary>
    internal const int Ended = 1;

    /// <summary>The group has let it go. Set under the group's lock; never unset.</summary>
    internal const int Detached = 2;

    private int _value;

    internal readonly bool IsEnded => (Volatile.Read(in _value) & Ended) != 0; // ORDERING: acquires the outcome; pairs with TransitionToEnded.

    /// <summary>The task has ended: its outcome is stored. The ending thread, once.</summary>
    /// <returns>Who gets the outcome.</returns>
    internal MemberEnd TransitionToEnded()
    {
        // ORDERING: decides between us and TransitionToDetached; whoever comes second sees the other's bit.
        int before = Interlocked.Or(ref _value, Ended);
        return (before & Detached) == 0 ? MemberEnd.Keep : MemberEnd.Drop;
    }

    /// <summary>The group lets the task go. Under its lock.</summary>
    /// <returns>Whether the task has ended, so that its outcome is the caller's.</returns>
    internal MemberDetach TransitionToDetached()
    {
        // ORDERING: as above; acquires the outcome if it is there.
        int before = Interlocked.Or(ref _value, Detached);
        return (before & Ended) == 0 ? MemberDetach.Running : MemberDetach.Ended;
    }
}
