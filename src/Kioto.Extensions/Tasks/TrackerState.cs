using System.Threading;

namespace Kioto;

/// <summary>The state word of a task tracker: how many tasks there are, and whether it is closed.</summary>
/// <remarks>
/// A mutable struct that is never copied: a field of <see cref="TrackerCore"/>.
/// INVARIANT: each transition to "closed and empty" is seen by exactly one caller, who wakes those that wait.
/// </remarks>
internal struct TrackerState
{
    private const long Closed = 1;
    private const long One = 2;

    // INVARIANT: twice the number of tasks, and the bit; changed by atomic operations only.
    private long _value;

    internal readonly bool IsClosed => (Volatile.Read(in _value) & Closed) != 0; // ORDERING: acquire, pairs with the transitions.

    internal readonly bool IsEnded => Volatile.Read(in _value) == Closed; // ORDERING: acquire, pairs with the transitions.

    internal readonly long Count => Volatile.Read(in _value) / One; // ORDERING: acquire, pairs with the transitions.

    /// <summary>A task enters; closed or not.</summary>
    internal void TransitionToEntered() => Interlocked.Add(ref _value, One); // ORDERING: the task's exit comes later.

    /// <summary>A task has ended. Once for each that entered.</summary>
    /// <returns>Ended if it was the last of a closed one.</returns>
    internal TrackerChange TransitionToExited()
    {
        // ORDERING: releases what the task did; pairs with IsEnded.
        long value = Interlocked.Add(ref _value, -One);
        return value == Closed ? TrackerChange.Ended : TrackerChange.Changed;
    }

    /// <summary>Waiting ends when it is empty from now on.</summary>
    /// <returns>Ended if it is empty already.</returns>
    internal TrackerChange TransitionToClosed() => Interlocked.Or(ref _value, Closed) switch // ORDERING: full fence.
    {
        0 => TrackerChange.Ended,
        long before => (before & Closed) == 0 ? TrackerChange.Changed : TrackerChange.None,
    };

    /// <summary>Waiting does not end when it is empty.</summary>
    /// <returns>None if it was open.</returns>
    internal TrackerChange TransitionToOpen() =>
        (Interlocked.And(ref _value, ~Closed) & Closed) != 0 ? TrackerChange.Changed : TrackerChange.None; // ORDERING: full fence.
}
