using System;
using System.Diagnostics.CodeAnalysis;

namespace Kioto.Sync;

/// <summary>What the ends of an mpmc channel share: a queue, permits for its free places and permits for its values.</summary>
/// <remarks>
/// A value that was given to a receiver is in the queue until that receiver takes it; if it doesn't, another one gets it.
/// So receivers learn the end when the channel is closed and its queue is empty, and not before.
/// </remarks>
/// <typeparam name="T">The type of the values.</typeparam>
internal sealed partial class MpmcChannel<T> : IPrimitive, IDrainable
{
    internal readonly PermitQueue Places;

    // As many permits as values in the queue, less those that receivers were given.
    internal readonly PermitQueue Values;
    internal SenderCount Senders = new(1);
    internal ChannelFailure Failure;
    internal SenderCount Receivers;

    private readonly long _capacity;
    private ShortLock _lock;
    private readonly WaitQueue _closing = new();

    // INVARIANT: guarded by the lock. The permits for values end when _closed is set and no value is there or out, by
    // whoever makes that true: no value comes from then on.
    private RingQueue<T> _queue;
    private bool _closed;

    // INVARIANT: guarded by the lock: values that a batch has taken and may give back.
    private int _out;

    internal MpmcChannel(long capacity)
    {
        _capacity = capacity;
        Places = new PermitQueue("mpmc.send", capacity, capacity);
        Values = new PermitQueue("mpmc.receive", 0);
        Receivers.Add();
    }

    internal bool IsClosed => Places.IsClosed;

    /// <summary>How many values could be sent at this moment.</summary>
    internal int Room => _capacity == PermitQueue.MaxPermits ? int.MaxValue : (int)Places.Available;

    /// <summary>How many values it holds at most.</summary>
    internal int MaxCapacity => (int)Math.Min(int.MaxValue, _capacity);

    /// <summary>Whether nothing comes any more: it is closed and drained, or nobody receives.</summary>
    internal bool IsOver => Values.IsClosed || Receivers.Strong == 0;

    internal int Count
    {
        get
        {
            using (_lock.EnterScope())
            {
                return (int)Math.Min(int.MaxValue, _queue.Count);
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
        RingQueue<T>.Ring? spare = null;
        while (true)
        {
            WakeBatch wakes = default;
            bool more = false;
            bool isPut;
            int capacity;
            using (_lock.EnterScope())
            {
                if (_closed)
                {
                    return new SendResult<T>(SendStatus.Closed, value);
                }

                isPut = _queue.TryEnqueue(value, ref spare, out capacity);
                if (isPut)
                {
                    more = Values.Release(1, ref wakes);
                }
            }

            if (isPut)
            {
                Values.Finish(more, ref wakes);
                return new SendResult<T>(SendStatus.Sent, default!);
            }

            spare = RingQueue<T>.NewRing(capacity); // Without the lock: it may be large.
        }
    }

    /// <summary>Takes the oldest value. Precondition: the caller has a permit for one.</summary>
    /// <returns>The value.</returns>
    internal T Take()
    {
        T value;
        bool drained;
        using (_lock.EnterScope())
        {
            value = _queue.Dequeue();
            drained = IsDrained;
        }

        EndIf(drained);
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
        bool drained;
        using (_lock.EnterScope())
        {
            _closed = true;
            drained = IsDrained;
        }

        Places.Close(); // Who gets a place between the two learns from Put that it is closed.
        EndIf(drained);
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

    public bool PollClosed(Waiter waiter, WakeTarget target)
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

    /// <summary>Waits until nothing comes any more.</summary>
    /// <param name="waiter">The operation.</param>
    /// <param name="target">Whom to wake.</param>
    /// <returns>Whether it is so.</returns>
    public bool PollOver(Waiter waiter, WakeTarget target)
    {
        if (!IsOver)
        {
            _closing.Wait(waiter, target); // Who closes wakes it too: it looks again.
            if (!IsOver)
            {
                return false;
            }
        }

        _closing.Leave(waiter);
        return true;
    }

    public void WithdrawClosed(Waiter waiter) => _closing.Leave(waiter);

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

    // Under the lock. Once true, true for ever.
    private bool IsDrained => _closed && _queue.Count == 0 && _out == 0;

    private void EndIf(bool drained)
    {
        if (drained)
        {
            Values.Close();
            _closing.WakeAll(); // Who waits for this end, not for the first.
        }
    }
}
