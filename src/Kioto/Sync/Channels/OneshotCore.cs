using System;
using System.Threading;

namespace Kioto.Sync;

/// <summary>What both ends of a oneshot channel share. Goes back to its pool when both are done.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
internal sealed class OneshotCore<T> : PooledNode, IPrimitive
{
    // The value is there. Set once, together with SenderDone; never unset.
    private const int HasValue = 1;

    // The sender has sent or was disposed. Never unset.
    private const int SenderDone = 2;

    // The receiver takes no value that comes from now on. Never unset.
    private const int ReceiverClosed = 4;

    // The receiver is done: it has its outcome or was disposed. Never unset. Who sets the second of the two "done" bits
    // gives the core back.
    private const int ReceiverDone = 8;

    // The receiver's target is there to be read. Set by the receiver's poll; never unset.
    private const int ReceiverWaits = 16;

    // The sender's target is there to be read. Set by the poll of ClosedAsync; never unset.
    private const int SenderWaits = 32;

    // INVARIANT: the bits above; every change is one atomic operation.
    private int _bits;

    // INVARIANT: written by the sender before HasValue, read by the receiver after it.
    private T _value = default!;

    // INVARIANT: written by the receiver's poll before it sets ReceiverWaits; read by the sender after it saw the bit.
    // Read late, when the core serves others already, it wakes for nothing.
    private WakeTarget? _receiver;

    // INVARIANT: as _receiver, with the ends exchanged.
    private WakeTarget? _sender;

    internal static OneshotCore<T> Rent() => SourcePool<OneshotCore<T>>.Rent(Ambient.Current);

    internal bool IsClosed(uint version)
    {
        Check(version);
        return (Volatile.Read(ref _bits) & ReceiverClosed) != 0; // ORDERING: acquire, pairs with Close.
    }

    internal bool IsEmpty(uint version)
    {
        Check(version);
        return (Volatile.Read(ref _bits) & HasValue) == 0; // ORDERING: a hint.
    }

    internal SendResult<T> Send(uint version, T value)
    {
        Check(version);
        int bits = Volatile.Read(ref _bits);
        if ((bits & SenderDone) != 0)
        {
            throw Stale();
        }

        _value = value;
        while (true)
        {
            bool closed = (bits & ReceiverClosed) != 0;
            int next = bits | SenderDone | (closed ? 0 : HasValue);
            int seen = Interlocked.CompareExchange(ref _bits, next, bits); // ORDERING: release of the value; acquire of the receiver's target.
            if (seen == bits)
            {
                return Sent(bits, closed, value);
            }

            bits = seen;
            if ((bits & SenderDone) != 0)
            {
                throw Stale();
            }
        }
    }

    internal void DropSender(uint version)
    {
        // After sending, disposing is the usual end of a using block.
        if (Version == version && (Volatile.Read(ref _bits) & SenderDone) == 0)
        {
            int bits = Interlocked.Or(ref _bits, SenderDone); // ORDERING: as Send.
            if ((bits & SenderDone) == 0)
            {
                WakeReceiver(bits);
                if ((bits & ReceiverDone) != 0)
                {
                    Free();
                }
            }
        }
    }

    /// <summary>Takes the value if it is there.</summary>
    /// <param name="version">What the receiver carries.</param>
    /// <param name="value">The value.</param>
    /// <returns>Sent with a value, Full for "not yet", Closed when none will come.</returns>
    internal SendStatus TryReceive(uint version, out T value)
    {
        Check(version);
        int bits = Volatile.Read(ref _bits); // ORDERING: acquire of the value.
        if ((bits & ReceiverDone) != 0)
        {
            throw Stale();
        }

        if ((bits & HasValue) != 0)
        {
            value = _value;
            FinishReceiver();
            return SendStatus.Sent;
        }

        value = default!;
        return (bits & (SenderDone | ReceiverClosed)) != 0 ? SendStatus.Closed : SendStatus.Full;
    }

    internal bool PollReceive(uint version, WakeTarget target, out RecvResult<T> result)
    {
        while (true)
        {
            switch (TryReceive(version, out T value))
            {
                case SendStatus.Sent:
                    result = new RecvResult<T>(value);
                    return true;
                case SendStatus.Closed:
                    result = default;
                    return true;
            }

            if (TryRegister(ref _receiver, target, ReceiverWaits, SenderDone | ReceiverClosed))
            {
                result = default;
                return false;
            }
        }
    }

    internal bool PollClosed(uint version, WakeTarget target)
    {
        Check(version);
        return !TryRegister(ref _sender, target, SenderWaits, ReceiverClosed);
    }

    internal void Close(uint version)
    {
        Check(version);
        int bits = Interlocked.Or(ref _bits, ReceiverClosed); // ORDERING: pairs with Send and PollClosed.
        WakeSender(bits);
        WakeReceiver(bits);
    }

    /// <summary>Ends receiving; who waits for the value gets an <see cref="ObjectDisposedException"/>.</summary>
    /// <param name="version">What the receiver carries.</param>
    internal void DropReceiver(uint version)
    {
        if (Version == version && (Volatile.Read(ref _bits) & ReceiverDone) == 0)
        {
            // Somebody may be waiting all the same: it learns from its next poll that this end is used up. Read before,
            // because the sender may end at any moment and free the core; and after, because that one may just have come.
            WakeTarget? waiting = Volatile.Read(ref _receiver); // ORDERING: hints; a wake too many is nothing.
            FinishReceiver();
            WakeTarget? late = Volatile.Read(ref _receiver);
            waiting?.Wake();
            if (!ReferenceEquals(late, waiting))
            {
                late?.Wake();
            }
        }
    }

    // Who waits is known from its leaf alone: a target is left here after the wait.
    void IPrimitive.Describe(PrimitiveDescription into)
    {
        int bits = Volatile.Read(ref _bits); // ORDERING: a hint; the dump makes sure that it is the same channel still.
        into.Set($"Oneshot<{TypeNames.Of(typeof(T))}>", (bits & HasValue) != 0 ? "sent" : (bits & SenderDone) != 0 ? "ended" : "not sent");
        into.IsClosed = (bits & ReceiverClosed) != 0;
    }

    internal void Check(uint version)
    {
        if (Version != version)
        {
            throw Stale();
        }
    }

    private static ObjectDisposedException Stale() => new(
        "Oneshot", "This end of the oneshot channel is used up: a value is sent once and received once.");

    private SendResult<T> Sent(int bits, bool closed, T value)
    {
        if (closed)
        {
            _value = default!;
            if ((bits & ReceiverDone) != 0)
            {
                Free();
            }

            return new SendResult<T>(SendStatus.Closed, value);
        }

        WakeReceiver(bits);
        return new SendResult<T>(SendStatus.Sent, default!);
    }

    private void WakeReceiver(int bits)
    {
        if ((bits & ReceiverWaits) != 0)
        {
            _receiver?.Wake();
        }
    }

    private void WakeSender(int bits)
    {
        if ((bits & SenderWaits) != 0)
        {
            _sender?.Wake();
        }
    }

    private void FinishReceiver()
    {
        int bits = Interlocked.Or(ref _bits, ReceiverDone | ReceiverClosed); // ORDERING: as Close.
        if ((bits & ReceiverDone) != 0)
        {
            return;
        }

        if ((bits & ReceiverClosed) == 0)
        {
            WakeSender(bits);
        }

        if ((bits & SenderDone) != 0)
        {
            Free();
        }
    }

    // Returns false when one of the ending bits is set: then there is nothing to wait for.
    private bool TryRegister(ref WakeTarget? slot, WakeTarget target, int waits, int endings)
    {
        int bits = Volatile.Read(ref _bits);
        if ((bits & endings) != 0)
        {
            return false;
        }

        if ((bits & waits) != 0 && ReferenceEquals(slot, target))
        {
            return true;
        }

        // The other end may read it at this moment, and wake the old target: but then we see its ending below.
        slot = target;
        return (Interlocked.Or(ref _bits, waits) & endings) == 0; // ORDERING: release of the slot.
    }

    // Both ends are done.
    private void Free()
    {
        _value = default!;
        _receiver = null;
        _sender = null;
        Version++;
        Volatile.Write(ref _bits, 0); // ORDERING: nobody else uses it.
        SourcePool<OneshotCore<T>>.Return(Ambient.Current, this);
    }
}
