using System;
using System.Threading;

namespace Kioto.Sync;

/// <summary>What the senders and the receivers of a broadcast channel share: a ring of the last values.</summary>
/// <remarks>
/// Position p lies in place p modulo the capacity; a receiver has the position that it reads next, and a negative one
/// from its end on: then none of its places counts it any more. A place counts the
/// receivers that have not read it, and lets go of its value at zero. Lossless: a permit stands for such a free place;
/// places become free in order, because every receiver reads in order.
/// </remarks>
/// <typeparam name="T">The type of the values.</typeparam>
internal sealed partial class BroadcastChannel<T> : IPrimitive, IClosable
{
    // In place of the position of a receiver that was disposed.
    private const long Ended = -1;

    // How many places a receiver that ends clears under one hold of the lock.
#if KIOTO_MODEL
    private const int MostCleared = 1;
#else
    private const int MostCleared = 32;
#endif

    /// <summary>Free places, when sending waits for them; else null.</summary>
    internal readonly PermitQueue? Places;
    internal SenderCount Senders = new(1);

    private ShortLock _lock;
    private readonly Place[] _places;

    // Who waits until there is no receiver.
    private readonly WaitQueue _closing = new();

    // INVARIANT: guarded by the lock, as all below and the positions of the receivers.
    private WaiterList _waiters;
    private long _tail;
    private int _receivers;
    private bool _closed;

    internal BroadcastChannel(int capacity, bool lossless, int receivers = 1)
    {
        _receivers = receivers;
        _places = new Place[capacity];
        Places = lossless ? new PermitQueue("broadcast.send", capacity, capacity) : null;
    }

    internal int Capacity => _places.Length;

    internal int ReceiverCount => Volatile.Read(ref _receivers); // ORDERING: a hint.

    internal bool IsClosed => Volatile.Read(ref _closed); // ORDERING: a hint.

    /// <summary>Values that some receiver has not read.</summary>
    internal int Count
    {
        get
        {
            using (_lock.EnterScope())
            {
                // Receivers read in order, and so end: before a place that all have read there is none that some have not.
                long low = Oldest;
                long high = _tail;
                while (low < high)
                {
                    long middle = low + ((high - low) / 2);
                    if (At(middle).Unread == 0)
                    {
                        low = middle + 1;
                    }
                    else
                    {
                        high = middle;
                    }
                }

                return (int)(_tail - low);
            }
        }
    }

    private long Oldest => Math.Max(0, _tail - _places.Length);

    /// <summary>Sends to all receivers. Lossless: precondition: the caller has a permit.</summary>
    /// <param name="value">The value.</param>
    /// <returns>False when there is no receiver.</returns>
    internal bool Send(T value)
    {
        WakeBatch wakes = default;
        bool more;
        using (_lock.EnterScope())
        {
            if (_receivers == 0)
            {
                return false;
            }

            ref Place place = ref At(_tail);
            place.Value = value;
            place.Unread = _receivers;
            _tail++;
            _waiters.BeginRelease();
            more = _waiters.Release(WaiterState.Granted, ref wakes);
        }

        Finish(more, ref wakes);
        return true;
    }

    /// <summary>Reads what is next for a receiver.</summary>
    /// <param name="next">The receiver's position.</param>
    /// <param name="result">A value, or how many were missed, or closed.</param>
    /// <returns>False when there is nothing yet.</returns>
    /// <exception cref="ObjectDisposedException">The receiver has ended.</exception>
    internal bool TryReceive(ref long next, out BroadcastRecvResult<T> result)
    {
        int freed = 0;
        bool done;
        bool ended;
        using (_lock.EnterScope())
        {
            ended = next < 0;
            done = TryReceiveLocked(ref next, out result, ref freed);
        }

        ThrowIf(ended);
        Free(freed);
        return done;
    }

    /// <summary>Reads what is next for a receiver, or waits for it.</summary>
    /// <param name="waiter">The operation.</param>
    /// <param name="target">Whom to wake.</param>
    /// <param name="next">The receiver's position.</param>
    /// <param name="receiving">The receiver's operation that waits.</param>
    /// <param name="result">A value, or how many were missed, or closed.</param>
    /// <returns>Whether there is a result.</returns>
    /// <exception cref="ObjectDisposedException">The receiver has ended.</exception>
    /// <exception cref="InvalidOperationException">Another operation of the receiver waits.</exception>
    internal bool PollReceive(
        Waiter waiter, WakeTarget target, ref long next, ref Waiter? receiving, out BroadcastRecvResult<T> result)
    {
        int freed = 0;
        int entered = 0;
        bool done = false;
        bool ended = false;
        bool busy;
        using (_lock.EnterScope())
        {
            busy = receiving is { } other && !ReferenceEquals(other, waiter);
            result = default;
            if (!busy)
            {
                receiving = null;
                ended = next < 0;
                done = TryReceiveLocked(ref next, out result, ref freed);
            }

            if (done)
            {
                Leave(waiter);
            }
            else if (!busy)
            {
                receiving = waiter;
                entered = Enter(waiter, target);
            }
        }

        // Thrown under the lock, they would be told to first-chance handlers, which are strangers.
        ThrowIfBusy(busy);
        ThrowIf(ended);
        if (!done)
        {
            SyncMeter.Waits("broadcast.receive", entered);
            return false;
        }

        Free(freed);
        return true;
    }

    internal void WithdrawReceive(Waiter waiter, ref Waiter? receiving)
    {
        using (_lock.EnterScope())
        {
            if (ReferenceEquals(receiving, waiter))
            {
                receiving = null;
            }

            Leave(waiter);
        }
    }

    /// <summary>One more receiver, for what is sent from now on.</summary>
    /// <returns>Its position.</returns>
    internal long Subscribe()
    {
        using (_lock.EnterScope())
        {
            _receivers++;
            return _tail;
        }
    }

    /// <summary>One receiver less: what only it had not read is let go of. Its operation that waits learns it.</summary>
    /// <param name="next">Its position, which ends.</param>
    /// <param name="receiving">The operation.</param>
    internal void Unsubscribe(ref long next, ref Waiter? receiving)
    {
        WakeBatch wakes = default;
        long position;
        using (_lock.EnterScope())
        {
            position = next;
            Volatile.Write(ref next, Ended); // ORDERING: under the lock; the release is for Count's hint.
            if (receiving is { State: WaiterState.Waiting } waiter)
            {
                _waiters.Remove(waiter);
                wakes.Add(waiter.Target);
                waiter.State = WaiterState.Granted;
            }
        }

        wakes.WakeAll();

        // It reads what it had not, so many at a time: the lock is not held for all of them. Until it has come to the
        // end it counts as a receiver.
        bool done;
        bool last = false;
        do
        {
            int freed;
            using (_lock.EnterScope())
            {
                long from = Math.Max(position, Oldest);
                position = Math.Min(_tail, from + MostCleared);
                freed = MarkRead(from, position);
                done = position == _tail;
                if (done)
                {
                    last = --_receivers == 0;
                }
            }

            Free(freed);
        }
        while (!done);

        if (last)
        {
            _closing.WakeAll();
        }
    }

    internal int CountFor(long next)
    {
        using (_lock.EnterScope())
        {
            // As many as it is behind, with those that it has missed.
            return next < 0 ? 0 : (int)Math.Min(int.MaxValue, _tail - next);
        }
    }

    internal void RemoveSender()
    {
        if (!Senders.Remove())
        {
            return;
        }

        WakeBatch wakes = default;
        bool more;
        using (_lock.EnterScope())
        {
            Volatile.Write(ref _closed, true); // ORDERING: under the lock; the release is for IsClosed.
            _waiters.BeginRelease();
            more = _waiters.Release(WaiterState.Granted, ref wakes);
        }

        Finish(more, ref wakes);
    }

    void IPrimitive.Describe(PrimitiveDescription into)
    {
        Places?.Describe(into, "send");
        into.Set($"{(Places is null ? "Broadcast" : "Lossless broadcast")}<{TypeNames.Of(typeof(T))}>", $"{Count} of {Capacity} values not read by all");
        using (_lock.EnterScope())
        {
            into.IsClosed = _closed;
            _waiters.Describe(into, "receive");
        }

        _closing.Describe(into, "closed");
    }

    public bool PollClosed(Waiter waiter, WakeTarget target) => _closing.PollZero(ref _receivers, waiter, target);

    public void WithdrawClosed(Waiter waiter) => _closing.Leave(waiter);

    private void Finish(bool more, ref WakeBatch wakes)
    {
        wakes.WakeAll();
        while (more)
        {
            using (_lock.EnterScope())
            {
                more = _waiters.Release(WaiterState.Granted, ref wakes);
            }

            wakes.WakeAll();
        }
    }

    private ref Place At(long position) => ref _places[(int)position & (_places.Length - 1)];

    // As many places as all have read now.
    private void Free(int places)
    {
        if (places > 0)
        {
            Places?.Release(places);
        }
    }

    // Under the lock.
    private void Leave(Waiter waiter)
    {
        if (waiter.State == WaiterState.Waiting)
        {
            _waiters.Remove(waiter);
        }

        waiter.State = WaiterState.Idle;
    }

    // Under the lock. How many places it was the last to read.
    private int MarkRead(long from, long end)
    {
        int freed = 0;
        for (long position = from; position < end; position++)
        {
            ref Place place = ref At(position);
            if (--place.Unread == 0)
            {
                place.Value = default!;
                freed++;
            }
        }

        return freed;
    }

    // Under the lock. How many wait now, if it is new among them.
    private int Enter(Waiter waiter, WakeTarget target)
    {
        waiter.Target = target;
        if (waiter.State == WaiterState.Waiting)
        {
            return 0;
        }

        waiter.State = WaiterState.Waiting;
        _waiters.AddLast(waiter);
        return _waiters.Count;
    }

    private static void ThrowIfBusy(bool busy)
    {
        if (busy)
        {
            throw new InvalidOperationException(
                "Another operation is receiving from this receiver. Give each task its own: Resubscribe makes one.");
        }
    }

    private static void ThrowIf(bool ended)
    {
        if (ended)
        {
            throw new ObjectDisposedException(
                "BroadcastReceiver", "This receiver was disposed. Receive from one that is alive: Resubscribe or Subscribe makes one.");
        }
    }

    // Under the lock.
    private bool TryReceiveLocked(ref long next, out BroadcastRecvResult<T> result, ref int freed)
    {
        if (next < 0)
        {
            result = default;
            return true; // It has ended: the caller throws when it has left the lock.
        }

        long oldest = Oldest;
        if (next < oldest)
        {
            result = new BroadcastRecvResult<T>(oldest - next);
            next = oldest;
            return true;
        }

        if (next < _tail)
        {
            result = new BroadcastRecvResult<T>(At(next).Value);
            freed = MarkRead(next, next + 1);
            next++;
            return true;
        }

        result = default;
        return _closed;
    }

    private struct Place
    {
        internal T Value;
        internal int Unread;
    }
}
