using System.Threading;

namespace Kioto.Sync;

/// <summary>What a watch channel knows of one receiver. A mutable struct that is never copied: a field of the receiver.</summary>
internal struct WatchPlace
{
    /// <summary>The version of the value that was seen. INVARIANT: the receiving task's only.</summary>
    internal long Seen;

    /// <summary>The operation that waits here. INVARIANT: guarded by the lock of the queue that it waits in.</summary>
    internal Waiter? Waiting;

    // INVARIANT: set once, by an exchange.
    private int _disposed;

    internal readonly bool IsDisposed => Volatile.Read(in _disposed) != 0; // ORDERING: after the queue's fence, pairs with TryEnd.

    /// <summary>Ends it, once.</summary>
    /// <returns>Whether this was the end.</returns>
    internal bool TryEnd() => Interlocked.Exchange(ref _disposed, 1) == 0; // ORDERING: before the look at who waits, which is under the queue's lock.
}
