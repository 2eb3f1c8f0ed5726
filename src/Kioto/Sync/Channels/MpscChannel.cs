using System;
using System.Threading;

namespace Kioto.Sync;

/// <summary>What the senders and the receiver of an mpsc channel share.</summary>
/// <remarks>
/// Bounded: a permit stands for a place: who sends takes one, the receiver gives it back with the item. So the channel is
/// drained when it is closed and all permits are there: nobody is between taking a place and filling it. Unbounded: the
/// queue itself ends, and says when it is drained; there are no permits.
/// </remarks>
/// <typeparam name="T">The type of the values.</typeparam>
internal sealed partial class MpscChannel<T> : IPrimitive, IPermitOwner, IReadable, IDrainable
{
    /// <summary>The capacity of an unbounded channel.</summary>
    internal const long Unbounded = PermitQueue.MaxPermits;

    internal SenderCount Senders = new(1);
    internal ChannelFailure Failure;

    /// <summary>What stands for all sends. INVARIANT: made by the first; which one of two is no matter.</summary>
    internal DirectSource<SendResult<T>>? Sends;

    // Null: unbounded.
    private readonly PermitQueue? _places;
    private ValueQueue<T> _queue = new();

    // Who waits until the channel is closed. INVARIANT: made once, by the first who does.
    private WaitQueue? _closing;

    internal MpscChannel(long capacity)
    {
        if (capacity != Unbounded)
        {
            _places = new PermitQueue("mpsc.send", capacity, capacity, owner: this);
        }
    }

    /// <summary>The places of a bounded channel.</summary>
    internal PermitQueue Places => _places!;

    internal long Capacity => _places?.Most ?? Unbounded;

    /// <summary>How many values could be sent at this moment.</summary>
    internal long Room => _places?.Available ?? Unbounded;

    internal bool IsClosed => IsBounded ? Places.IsClosed : _queue.IsEnded;

    /// <summary>How many values and permits there are.</summary>
    internal int Count => (int)Math.Min(int.MaxValue, Length);

    internal bool HasNothingToTake => _queue.IsEmpty();

    private bool IsBounded => _places is not null;

    private long Length => IsBounded ? Capacity - Places.Available : _queue.Count;

    /// <summary>Puts a value into a place that the caller has.</summary>
    /// <param name="value">The value.</param>
    internal void Put(in T value)
    {
        _queue.TryEnqueue(in value); // A bounded channel's queue does not end.
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

    /// <summary>Sends if there is room.</summary>
    /// <param name="value">The value.</param>
    /// <returns>What it came to.</returns>
    internal SendStatus Send(in T value)
    {
        if (!IsBounded)
        {
            return SendUnbounded(in value);
        }

        AcquireOutcome outcome = Places.TryAcquire(1);
        if (outcome != AcquireOutcome.Acquired)
        {
            return outcome == AcquireOutcome.Closed ? SendStatus.Closed : SendStatus.Full;
        }

        Put(in value);
        return SendStatus.Sent;
    }

    /// <summary>Sends into an unbounded channel.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Sent, or Closed.</returns>
    internal SendStatus SendUnbounded(in T value)
    {
        if (!_queue.TryEnqueue(in value))
        {
            return SendStatus.Closed;
        }

        WakeReceiver();
        return SendStatus.Sent;
    }

    /// <summary>No more values from now on; what was sent, and what permits are there for, still comes.</summary>
    internal void Close()
    {
        if (IsBounded)
        {
            Places.Close();
        }
        else
        {
            _queue.End();
        }

        // ORDERING: the end is an atomic operation: who makes the list, or enters it, unseen sees it.
        if (Volatile.Read(ref _closing) is { Count: not 0 } closing)
        {
            closing.WakeAll();
        }

        WakeReceiver();
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

    public bool PollClosed(Waiter waiter, WakeTarget target)
    {
        if (!IsClosed)
        {
            Closing().Wait(waiter, target);
            if (!IsClosed)
            {
                return false;
            }
        }

        WithdrawClosed(waiter);
        return true;
    }

    /// <summary>Waits until nothing comes any more: it is closed and drained, or the receiver has ended.</summary>
    /// <param name="waiter">The operation.</param>
    /// <param name="target">Whom to wake.</param>
    /// <returns>Whether it is so.</returns>
    public bool PollOver(Waiter waiter, WakeTarget target)
    {
        if (!IsOver)
        {
            Closing().Wait(waiter, target); // Who closes wakes it too: it looks again.
            Interlocked.Or(ref _end, Watched); // ORDERING: before the fence.
            Interlocked.MemoryBarrierProcessWide(); // ORDERING: pairs with EndReceive, which has taken, then looks, without a fence.
            if (!IsOver)
            {
                return false;
            }
        }

        WithdrawClosed(waiter);
        return true;
    }

    public void WithdrawClosed(Waiter waiter) => _closing?.Leave(waiter);

    private WaitQueue Closing()
    {
        if (Volatile.Read(ref _closing) is not { } closing) // ORDERING: acquire of the list.
        {
            Interlocked.CompareExchange(ref _closing, new WaitQueue(), null); // ORDERING: release of the list.
            closing = _closing!;
        }

        return closing;
    }

    void IPermitOwner.PermitsReturnedAfterClose()
    {
        WakeReceiver();
        TellIfDrained();
    }

    void IPrimitive.Describe(PrimitiveDescription into)
    {
        // Who sends first, then who receives.
        _places?.Describe(into, "send");
        Leases.Describe(this, into, "permit");
        if (Volatile.Read(ref _receiving) is { } receiving && Volatile.Read(ref _receiver) is { } receiver) // ORDERING: hints.
        {
            into.AddWaiter(receiver, "receive", receiving);
        }

        _closing?.Describe(into, "closed");
        into.IsClosed = IsClosed;
        into.Set($"Mpsc<{TypeNames.Of(typeof(T))}>", IsBounded ? $"{Length} of {Capacity} places taken" : $"{Length} there");
        into.Available = IsBounded ? Capacity - Length : null;
        into.Total = IsBounded ? Capacity : null;
    }

    /// <summary>Whether nothing comes any more.</summary>
    public bool IsOver => HasEnded || IsDrained();

    // Who makes it drained tells it: who closes, the last that takes a value (if somebody watches), and the last permit.
    private void TellIfDrained()
    {
        // ORDERING: pairs with PollOver's fence.
        if (Volatile.Read(ref _closing) is { } closing && IsDrainedByNow())
        {
            closing.WakeAll();
        }
    }

    // Whether it is closed and all places are free: one read of one word, so nobody is in between.
    internal bool IsDrained() => IsBounded ? Places.IsClosedWith(Capacity) : _queue.IsDrained();

    /// <summary>The same, for who has taken a value or ended the channel: the last of these finds it so.</summary>
    /// <returns>Whether nothing comes any more.</returns>
    internal bool IsDrainedByNow()
    {
        Interlocked.MemoryBarrier(); // ORDERING: the taking comes before the look at the end; pairs with the end's.
        return IsDrained();
    }
}
