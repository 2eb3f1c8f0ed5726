using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;

namespace Kioto.Sync;

/// <summary>What the ends of an mpmc channel share: a queue, permits for its free places and permits for its values.</summary>
/// <remarks>
/// A value that was given to a receiver is in the queue until that receiver takes it; if it doesn't, another one gets it.
/// So receivers learn the end when the channel is closed and its queue is empty, and not before.
/// </remarks>
/// <typeparam name="T">The type of the values.</typeparam>
internal sealed class MpmcChannel<T> : IPrimitive
{
    internal readonly PermitQueue Places;

    // As many permits as values in the queue, less those that receivers were given.
    internal readonly PermitQueue Values;
    internal SenderCount Senders;
    internal ChannelFailure Failure;
    internal SenderCount Receivers;

    private readonly long _capacity;
    private ShortLock _lock;
    private readonly WaitQueue _closing = new();

    // INVARIANT: guarded by the lock, as is giving out and ending permits for values: these end when _closed is set and
    // the queue is empty, by whoever makes both true.
    private readonly Queue<T> _queue = new();
    private bool _closed;

    internal MpmcChannel(long capacity)
    {
        _capacity = capacity;
        Places = new PermitQueue("mpmc.send", capacity, capacity);
        Values = new PermitQueue("mpmc.receive", 0);
        Senders.Add();
        Receivers.Add();
    }

    internal bool IsClosed => Places.IsClosed;

    internal int Count
    {
        get
        {
            using (_lock.EnterScope())
            {
                return _queue.Count;
            }
        }
    }

    /// <summary>Sends if there is room.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Sent; or Full or Closed with the value.</returns>
    internal SendResult<T> TrySend(T value) => Places.TryAcquire(1) switch
    {
        AcquireOutcome.Acquired => Put(value),
        AcquireOutcome.Closed => new SendResult<T>(SendStatus.Closed, value),
        _ => new SendResult<T>(SendStatus.Full, value),
    };

    /// <summary>Puts a value into a place that the caller has.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Sent, or Closed with the value.</returns>
    internal SendResult<T> Put(T value)
    {
        WakeBatch wakes = default;
        using (_lock.EnterScope())
        {
            if (_closed)
            {
                return new SendResult<T>(SendStatus.Closed, value);
            }

            _queue.Enqueue(value);
            Values.Release(1, ref wakes);
        }

        wakes.WakeAll();
        return new SendResult<T>(SendStatus.Sent, default!);
    }

    /// <summary>Takes the oldest value. Precondition: the caller has a permit for one.</summary>
    /// <returns>The value.</returns>
    internal T Take()
    {
        WakeBatch wakes = default;
        T value;
        using (_lock.EnterScope())
        {
            value = _queue.Dequeue();
            EndIfDrained(ref wakes);
        }

        wakes.WakeAll();
        Places.Release(1);
        return value;
    }

    internal bool TryTake([MaybeNullWhen(false)] out T value)
    {
        if (Values.TryAcquire(1) != AcquireOutcome.Acquired)
        {
            value = default;
            return false;
        }

        value = Take();
        return true;
    }

    /// <summary>No more values from now on; what was sent can still be taken.</summary>
    internal void Close()
    {
        WakeBatch wakes = default;
        using (_lock.EnterScope())
        {
            _closed = true;
            Places.Close(ref wakes);
            EndIfDrained(ref wakes);
        }

        wakes.WakeAll();
        _closing.WakeAll();
    }

    /// <summary>Ends a sender, once.</summary>
    /// <param name="disposed">Whether it has ended already.</param>
    /// <param name="error">What its .NET writer was completed with, if it was one.</param>
    /// <returns>Whether this was the end.</returns>
    internal bool EndSender(ref int disposed, Exception? error)
    {
        bool ends = Failure.TryEnd(ref disposed, error);
        if (ends)
        {
            RemoveSender();
        }

        return ends;
    }

    internal void RemoveSender()
    {
        if (Senders.Remove())
        {
            Close();
        }
    }

    internal void RemoveReceiver()
    {
        if (!Receivers.Remove())
        {
            return;
        }

        Close();
        while (TryTake(out _))
        {
        }
    }

    /// <summary>Waits until no more values are accepted.</summary>
    /// <returns>The future.</returns>
    internal Future ClosedAsync() => Wait.For(new ClosedOperation(this));

    void IPrimitive.Describe(PrimitiveDescription into)
    {
        Values.Describe(into, "receive");
        into.IsClosed = false; // That is the end of the values; the channel's comes before.
        Places.Describe(into, "send");
        _closing.Describe(into, "closed");
        int count = Count;
        bool bounded = _capacity != PermitQueue.MaxPermits;
        into.Set($"Mpmc<{TypeNames.Of(typeof(T))}>", bounded ? $"{count} of {_capacity} places taken" : $"{count} there");
        if (!bounded)
        {
            into.Available = null;
        }
    }

    private bool PollClosed(Waiter waiter, WakeTarget target)
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

    // Under the lock.
    private void EndIfDrained(ref WakeBatch wakes)
    {
        if (_closed && _queue.Count == 0)
        {
            Values.Close(ref wakes);
        }
    }

    private readonly struct ClosedOperation(MpmcChannel<T> channel) : IWaitOperation<Unit>
    {
        public bool Poll(Waiter waiter, WakeTarget target, out Unit result)
        {
            result = default;
            return channel.PollClosed(waiter, target);
        }

        public void Withdraw(Waiter waiter) => channel._closing.Leave(waiter);

        public void Describe(LeafDescription into) => into.Set($"MpmcSender<{TypeNames.Of(typeof(T))}>.ClosedAsync", channel);
    }
}
