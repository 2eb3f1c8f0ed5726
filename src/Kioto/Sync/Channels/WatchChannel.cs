using System;
using System.Threading;

namespace Kioto.Sync;

/// <summary>What the senders and the receivers of a watch channel share: the value, and how often it has changed.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
internal sealed class WatchChannel<T> : IPrimitive, IClosable
{
    internal SenderCount Senders = new(1);

    private ShortLock _lock;
    private readonly WaitQueue _changes = new("watch.change");

    // Who waits until there is no receiver.
    private readonly WaitQueue _closing = new();

    // INVARIANT: written under the lock, the version after the value.
    private T _value;
    private long _version;

    // The thread that calls its function again, as the value had changed meanwhile; 0 for none. Of several, the last.
    // INVARIANT: written by that thread. A hint: what is found in it is one's own.
    private int _repeating;

    // INVARIANT: changed by atomic operations.
    private int _receivers;

    // INVARIANT: set once, by who removes the last sender.
    private bool _closed;

    internal WatchChannel(T initial, int receivers = 1)
    {
        _receivers = receivers;
        _value = initial;
    }

    /// <summary>How often the value has changed.</summary>
    internal long Version => Volatile.Read(ref _version); // ORDERING: acquire, pairs with Store.

    internal int ReceiverCount => Volatile.Read(ref _receivers); // ORDERING: a hint; Send looks under the lock.

    internal bool IsClosed => Volatile.Read(ref _closed); // ORDERING: acquire: the last change came before.

    internal T Read(out long version)
    {
        using (_lock.EnterScope())
        {
            version = _version;
            return _value;
        }
    }

    /// <summary>Stores a value and tells the receivers.</summary>
    /// <param name="value">The value.</param>
    /// <param name="always">Whether to do it with no receiver too.</param>
    /// <param name="previous">The value before.</param>
    /// <returns>Whether it was stored.</returns>
    internal bool Store(T value, bool always, out T previous)
    {
        ThrowIfRepeating();
        using (_lock.EnterScope())
        {
            previous = _value;
            if (!always && ReceiverCount == 0)
            {
                return false;
            }

            _value = value;
            Volatile.Write(ref _version, _version + 1); // ORDERING: release of the value.
        }

        _changes.WakeAll();
        return true;
    }

    /// <summary>Stores a value if nobody else has meanwhile.</summary>
    /// <param name="value">The value.</param>
    /// <param name="seen">The version that the value was made from.</param>
    /// <returns>Whether it was stored.</returns>
    internal bool TryStore(T value, long seen)
    {
        ThrowIfRepeating();
        using (_lock.EnterScope())
        {
            if (_version != seen)
            {
                return false;
            }

            _value = value;
            Volatile.Write(ref _version, seen + 1); // ORDERING: release of the value.
        }

        _changes.WakeAll();
        return true;
    }

    /// <summary>This thread calls its function again: should that store into this channel itself, it would do so for ever.</summary>
    internal void BeginRepeating() => Volatile.Write(ref _repeating, Environment.CurrentManagedThreadId); // ORDERING: read by the same thread.

    /// <summary>The function has returned.</summary>
    internal void EndRepeating()
    {
        if (Volatile.Read(ref _repeating) == Environment.CurrentManagedThreadId) // ORDERING: as BeginRepeating.
        {
            Volatile.Write(ref _repeating, 0); // ORDERING: as BeginRepeating. If it is another thread's by now, that one is not found out this time.
        }
    }

    internal void AddReceiver() => Interlocked.Increment(ref _receivers); // ORDERING: none needed.

    private void RemoveReceiver()
    {
        if (Interlocked.Decrement(ref _receivers) == 0) // ORDERING: pairs with PollClosed.
        {
            _closing.WakeAll();
        }
    }

    internal void RemoveSender()
    {
        if (Senders.Remove())
        {
            Volatile.Write(ref _closed, true); // ORDERING: release of the last change.
            _changes.WakeAll();
        }
    }

    /// <summary>Whether the value is another than the one that was seen, or no other will come; else waits.</summary>
    /// <param name="waiter">The operation.</param>
    /// <param name="target">Whom to wake.</param>
    /// <param name="place">The receiver's: it may be disposed meanwhile.</param>
    /// <returns>Whether there is an outcome.</returns>
    /// <exception cref="ObjectDisposedException">The receiver was disposed.</exception>
    /// <exception cref="InvalidOperationException">Another operation of the receiver waits.</exception>
    internal bool PollChanged(Waiter waiter, WakeTarget target, ref WatchPlace place)
    {
        if (IsPending(ref place))
        {
            ThrowIfBusy(!_changes.TryWait(waiter, target, ref place.Waiting));
            if (IsPending(ref place))
            {
                return false;
            }
        }

        _changes.Leave(waiter, ref place.Waiting);
        ThrowIfEnded(ref place);
        return true;
    }

    internal void WithdrawChanged(Waiter waiter, ref WatchPlace place) => _changes.Leave(waiter, ref place.Waiting);

    /// <summary>Ends a receiver, once. Its operation that waits learns it.</summary>
    /// <param name="place">The receiver's.</param>
    internal void EndReceiver(ref WatchPlace place)
    {
        if (place.TryEnd())
        {
            _changes.Wake(ref place.Waiting);
            RemoveReceiver();
        }
    }

    internal static void ThrowIfEnded(ref WatchPlace place)
    {
        if (place.IsDisposed)
        {
            throw new ObjectDisposedException(
                "WatchReceiver", "This receiver was disposed. Use one that is alive: Subscribe, or Clone of another, makes one.");
        }
    }

    private void ThrowIfRepeating()
    {
        if (Volatile.Read(ref _repeating) is not 0 and int thread && thread == Environment.CurrentManagedThreadId) // ORDERING: as BeginRepeating.
        {
            throw new InvalidOperationException(
                "A function given to SendModify or SendIfModified sends to its own channel: it would be repeated for ever. Let it return the value.");
        }
    }

    private static void ThrowIfBusy(bool busy)
    {
        if (busy)
        {
            throw new InvalidOperationException(
                "Another operation waits at this receiver. Give each task its own: Clone makes one.");
        }
    }

    private bool IsPending(ref WatchPlace place) => !IsClosed && Version == place.Seen && !place.IsDisposed;

    void IPrimitive.Describe(PrimitiveDescription into)
    {
        into.Set($"Watch<{TypeNames.Of(typeof(T))}>", $"changed {Version} times");
        into.IsClosed = IsClosed;
        _changes.Describe(into, "change");
        _closing.Describe(into, "closed");
    }

    public bool PollClosed(Waiter waiter, WakeTarget target) => _closing.PollZero(ref _receivers, waiter, target);

    public void WithdrawClosed(Waiter waiter) => _closing.Leave(waiter);
}
