using System;
using System.Threading;

namespace Kioto.Sync;

/// <summary>How many senders are alive. At zero the channel closes, for good: no weak sender comes back.</summary>
/// <remarks>A mutable struct that is never copied: a field of the channel.</remarks>
internal struct SenderCount
{
    // INVARIANT: every change is one atomic operation; from zero it never rises.
    private int _strong;

    // INVARIANT: a statistic.
    private int _weak;

    /// <summary>Counts the ends that a channel is made with.</summary>
    /// <param name="strong">How many.</param>
    internal SenderCount(int strong) => _strong = strong;

    internal readonly int Strong => Volatile.Read(in _strong); // ORDERING: a hint.

    internal readonly int Weak => Volatile.Read(in _weak); // ORDERING: a hint.

    /// <summary>One more. Precondition: nobody knows the channel yet.</summary>
    internal void Add() => Interlocked.Increment(ref _strong); // ORDERING: none needed.

    /// <summary>One more, for a copy of an end that is alive; it may be disposed at this moment, as the last one.</summary>
    /// <param name="end">The end.</param>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    internal void AddCopy(object end) => DisposedEnd.ThrowIf(!TryAdd(), end);

    /// <summary>One more, unless there is none any more.</summary>
    /// <returns>Whether there is one more.</returns>
    internal bool TryAdd()
    {
        int count = Volatile.Read(ref _strong);
        while (count != 0)
        {
            int seen = Interlocked.CompareExchange(ref _strong, count + 1, count); // ORDERING: pairs with Remove.
            if (seen == count)
            {
                return true;
            }

            count = seen;
        }

        return false;
    }

    /// <summary>One less.</summary>
    /// <returns>Whether it was the last.</returns>
    internal bool Remove() => Interlocked.Decrement(ref _strong) == 0; // ORDERING: release of what the sender did.

    internal void AddWeak() => Interlocked.Increment(ref _weak); // ORDERING: a statistic.

    internal void RemoveWeak() => Interlocked.Decrement(ref _weak); // ORDERING: a statistic.
}
