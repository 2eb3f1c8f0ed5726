using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading;

namespace Kioto.Sync;

/// <summary>What the senders and the receiver of an mpsc channel share.</summary>
/// <remarks>
/// A permit stands for a place: who sends takes one, the receiver gives it back with the item. So the channel is drained
/// when it is closed and all permits are there: nobody is between taking a place and filling it.
/// </remarks>
/// <typeparam name="T">The type of the values.</typeparam>
internal sealed class MpscChannel<T>
{
    /// <summary>The capacity of an unbounded channel.</summary>
    internal const long Unbounded = PermitQueue.MaxPermits;

    internal readonly PermitQueue Places;
    internal readonly long Capacity;
    internal SenderCount Senders;

    private readonly MpscQueue<T> _queue = new();

    // Who waits until the channel is closed.
    private readonly WaitQueue _closing = new();

    // INVARIANT: the target of the waiting receiver; set by its poll, taken by who wakes it, each by one atomic operation.
    private WakeTarget? _receiver;

    // INVARIANT: the one operation that waits to receive; the receiver's only.
    private Waiter? _receiving;

    internal MpscChannel(long capacity)
    {
        Capacity = capacity;
        Places = new PermitQueue(capacity, capacity, returnedAfterClose: WakeReceiver);
        Senders.Add();
    }

    internal bool IsClosed => Places.IsClosed;

    /// <summary>How many values and permits there are.</summary>
    internal int Count => (int)Math.Min(int.MaxValue, Capacity - Places.Available);

    internal bool HasNothingToTake => _queue.IsEmpty();

    /// <summary>Puts a value into a place that the caller has.</summary>
    /// <param name="value">The value.</param>
    internal void Put(T value)
    {
        _queue.Enqueue(value);
        WakeReceiver();
    }

    /// <summary>Gives back places that were not used.</summary>
    /// <param name="count">How many.</param>
    internal void GiveBack(long count)
    {
        if (count > 0)
        {
            Places.Release(count);
            Places.TellIfClosed();
        }
    }

    internal bool TryTake([MaybeNullWhen(false)] out T value)
    {
        if (!_queue.TryDequeue(out value))
        {
            return false;
        }

        Places.Release(1);
        return true;
    }

    /// <summary>No more values from now on; what was sent, and what permits are there for, still comes.</summary>
    internal void Close()
    {
        Places.Close();
        _closing.WakeAll();
        WakeReceiver();
    }

    internal void RemoveSender()
    {
        if (Senders.Remove())
        {
            Close();
        }
    }

    /// <summary>Receives, or waits.</summary>
    /// <param name="waiter">The operation.</param>
    /// <param name="target">Whom to wake.</param>
    /// <param name="result">The result.</param>
    /// <returns>Whether there is a result.</returns>
    internal bool PollReceive(Waiter waiter, WakeTarget target, out RecvResult<T> result)
    {
        BeginReceive(waiter);
        if (TryTake(out T? value) || (MustWait(target) && TryTake(out value)))
        {
            _receiving = null;
            result = new RecvResult<T>(value);
            return true;
        }

        result = default;
        return EndIfDrained();
    }

    /// <summary>Receives as many as there are, or waits for one.</summary>
    /// <param name="waiter">The operation.</param>
    /// <param name="target">Whom to wake.</param>
    /// <param name="into">Where to put them.</param>
    /// <param name="limit">How many at most; above zero.</param>
    /// <param name="count">How many there were.</param>
    /// <returns>Whether there is a result.</returns>
    internal bool PollReceiveMany(Waiter waiter, WakeTarget target, ICollection<T> into, int limit, out int count)
    {
        BeginReceive(waiter);
        count = TakeMany(into, limit);
        if (count == 0)
        {
            MustWait(target);
            count = TakeMany(into, limit);
        }

        if (count > 0)
        {
            _receiving = null;
            return true;
        }

        return EndIfDrained();
    }

    internal void WithdrawReceive(Waiter waiter)
    {
        if (ReferenceEquals(_receiving, waiter))
        {
            _receiving = null;
        }
    }

    internal bool PollClosed(Waiter waiter, WakeTarget target)
    {
        if (!IsClosed)
        {
            _closing.Wait(waiter, target);
            if (!IsClosed)
            {
                return false;
            }
        }

        _closing.Leave(waiter);
        return true;
    }

    internal void WithdrawClosed(Waiter waiter) => _closing.Leave(waiter);

    // Whether it is closed and all places are free: one read of one word, so nobody is in between.
    internal bool IsDrained() => Places.IsClosedWith(Capacity);

    private void BeginReceive(Waiter waiter)
    {
        if (_receiving is { } other && !ReferenceEquals(other, waiter))
        {
            throw new InvalidOperationException(
                "Another task is receiving from this channel. An mpsc channel has one receiver: use Mpmc for several.");
        }

        _receiving = waiter;
    }

    private bool EndIfDrained()
    {
        if (!IsDrained())
        {
            return false;
        }

        _receiving = null;
        return true;
    }

    private bool MustWait(WakeTarget target)
    {
        Interlocked.Exchange(ref _receiver, target); // ORDERING: full fence before looking again; pairs with WakeReceiver's.
        return true;
    }

    private int TakeMany(ICollection<T> into, int limit)
    {
        int count = 0;
        try
        {
            while (count < limit && _queue.TryDequeue(out T? value))
            {
                count++;
                into.Add(value);
            }
        }
        finally
        {
            if (count > 0)
            {
                Places.Release(count);
            }
        }

        return count;
    }

    private void WakeReceiver()
    {
        // ORDERING: full fence between publishing (an item, a permit, the end) and looking for who waits.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _receiver) is not null)
        {
            Interlocked.Exchange(ref _receiver, null)?.Wake(); // ORDERING: pairs with MustWait.
        }
    }
}
