using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading;

namespace Kioto.Sync;

/// <summary>What the ends of an mpmc channel share: a queue, permits for its free places and permits for its values.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
internal sealed class MpmcChannel<T>
{
    internal readonly PermitQueue Places;

    // As many permits as values in the queue, less those that receivers were given.
    internal readonly PermitQueue Values;
    internal SenderCount Senders;
    internal SenderCount Receivers;

    private readonly Lock _lock = new();
    private readonly WaitQueue _closing = new();

    // INVARIANT: guarded by the lock, as is giving out and ending permits for values.
    private readonly Queue<T> _queue = new();
    private bool _closed;

    internal MpmcChannel(long capacity)
    {
        Places = new PermitQueue(capacity, capacity);
        Values = new PermitQueue(0, drains: true);
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
        T value;
        using (_lock.EnterScope())
        {
            value = _queue.Dequeue();
        }

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

    /// <summary>No more values from now on.</summary>
    internal void Close()
    {
        WakeBatch wakes = default;
        using (_lock.EnterScope())
        {
            _closed = true;
            Places.Close(ref wakes);
            Values.Close(ref wakes);
        }

        wakes.WakeAll();
        _closing.WakeAll();
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
}
