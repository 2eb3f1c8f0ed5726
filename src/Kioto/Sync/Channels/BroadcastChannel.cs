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
internal sealed class BroadcastChannel<T> : IPrimitive
{
    // In place of the position of a receiver that was disposed.
    private const long Ended = -1;

    /// <summary>Free places, when sending waits for them; else null.</summary>
    internal readonly PermitQueue? Places;
    internal SenderCount Senders;

    private ShortLock _lock;
    private readonly Place[] _places;

    // Who waits until there is no receiver.
    private readonly WaitQueue _closing = new();

    // INVARIANT: guarded by the lock, as all below and the positions of the receivers.
    private WaiterList _waiters;
    private long _tail;
    private int _receivers = 1;
    private bool _closed;

    internal BroadcastChannel(int capacity, bool lossless)
    {
        _places = new Place[capacity];
        Places = lossless ? new PermitQueue("broadcast.send", capacity, capacity) : null;
        Senders.Add();
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
                long position = Oldest;
                while (position < _tail && At(position).Unread == 0)
                {
                    position++;
                }

                return (int)(_tail - position);
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
            _waiters.Release(WaiterState.Granted, ref wakes);
        }

        wakes.WakeAll();
        return true;
    }

    /// <summary>Reads what is next for a receiver.</summary>
    /// <param name="next">The receiver's position.</param>
    /// <param name="result">A value, or how many were missed, or closed.</param>
    /// <returns>False when there is nothing yet.</returns>
    /// <exception cref="ObjectDisposedException">The receiver has ended.</exception>
    internal bool TryReceive(ref long next, out BroadcastRecvResult<T> result)
    {
        bool freed = false;
        bool done;
        bool ended;
        using (_lock.EnterScope())
        {
            ended = next < 0;
            done = TryReceiveLocked(ref next, out result, ref freed);
        }

        ThrowIf(ended);
        FreeIf(freed);
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
        bool freed = false;
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
                waiter.Target = target;
                if (waiter.State != WaiterState.Waiting)
                {
                    waiter.State = WaiterState.Waiting;
                    _waiters.AddLast(waiter);
                    entered = _waiters.Count;
                }
            }
        }

        // Thrown under the lock, they would be told to first-chance handlers, which are strangers.
        if (busy)
        {
            throw new InvalidOperationException(
                "Another operation is receiving from this receiver. Give each task its own: Resubscribe makes one.");
        }

        ThrowIf(ended);
        if (!done)
        {
            SyncMeter.Waits("broadcast.receive", entered);
            return false;
        }

        FreeIf(freed);
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
        int freed = 0;
        bool last;
        using (_lock.EnterScope())
        {
            for (long position = Math.Max(next, Oldest); position < _tail; position++)
            {
                freed += MarkRead(position) ? 1 : 0;
            }

            Volatile.Write(ref next, Ended); // ORDERING: under the lock; the release is for CountFor's hint.
            if (receiving is { State: WaiterState.Waiting } waiter)
            {
                _waiters.Remove(waiter);
                wakes.Add(waiter.Target);
                waiter.State = WaiterState.Granted;
            }

            last = --_receivers == 0;
        }

        wakes.WakeAll();

        if (freed > 0)
        {
            Places?.Release(freed);
        }

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
        using (_lock.EnterScope())
        {
            Volatile.Write(ref _closed, true); // ORDERING: under the lock; the release is for IsClosed.
            _waiters.Release(WaiterState.Granted, ref wakes);
        }

        wakes.WakeAll();
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

    internal bool PollClosed(Waiter waiter, WakeTarget target)
    {
        if (ReceiverCount != 0)
        {
            _closing.Wait(waiter, target);
            if (ReceiverCount != 0)
            {
                return false;
            }
        }

        _closing.Leave(waiter);
        return true;
    }

    internal void WithdrawClosed(Waiter waiter) => _closing.Leave(waiter);

    private ref Place At(long position) => ref _places[(int)position & (_places.Length - 1)];

    private void FreeIf(bool freed)
    {
        if (freed)
        {
            Places?.Release(1);
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

    // Under the lock. Whether it was the last reader of that place.
    private bool MarkRead(long position)
    {
        ref Place place = ref At(position);
        if (--place.Unread > 0)
        {
            return false;
        }

        place.Value = default!;
        return true;
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
    private bool TryReceiveLocked(ref long next, out BroadcastRecvResult<T> result, ref bool freed)
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
            freed = MarkRead(next++);
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
