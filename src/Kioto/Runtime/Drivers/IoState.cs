using System.Threading;

namespace Kioto;

/// <summary>The state word of a registered descriptor: what it is ready for, who uses it, and whether it is closing.</summary>
/// <remarks>
/// A mutable struct that is never copied: a field of <see cref="IoSource"/>.
/// INVARIANT, CLOSE: the descriptor is closed exactly once, by the transition that makes Closing set and no
/// call in progress for the first time; no system call on it begins after Closing is set. So no number is reused under a call.
/// INVARIANT, ONE: at most one operation of each direction holds its Claim; a Busy bit implies its claim.
/// INVARIANT, EDGE: readiness is cleared only if the tick, which every event advances, is the one seen before the
/// system call that found nothing: an edge that comes meanwhile is never lost.
/// </remarks>
internal struct IoState
{
    internal const uint Readable = 1;
    internal const uint Writable = 2;

    /// <summary>The peer will send no more, or the socket is dead. Never unset.</summary>
    internal const uint ReadClosed = 4;

    /// <summary>Nothing more can be sent. Never unset.</summary>
    internal const uint WriteClosed = 8;

    /// <summary>A read is outstanding, suspended or not.</summary>
    internal const uint ReadClaim = 16;
    internal const uint WriteClaim = 32;

    /// <summary>A read is between its check of Closing and the end of its system call.</summary>
    internal const uint ReadBusy = 64;
    internal const uint WriteBusy = 128;

    /// <summary>Dispose was called. Never unset.</summary>
    internal const uint Closing = 256;

    /// <summary>The driver has ended: there will be no more events. Never unset.</summary>
    internal const uint DriverGone = 512;

    /// <summary>
    /// A read that got less than it asked for may have stopped in the middle: the peer has sent urgent data, or may send
    /// descriptors (Unix sockets). Never unset.
    /// </summary>
    internal const uint StopsShort = 1 << 10;

    /// <summary>Calls that belong to neither direction, counted: options, addresses.</summary>
    internal const uint PinOne = 1 << 11;
    internal const int MaxPins = 31;
    private const uint PinMask = MaxPins * PinOne;

    private const uint InUse = ReadBusy | WriteBusy | PinMask;
    private const uint TickOne = 1 << 16;
    private const uint TickMask = ~(TickOne - 1);

    private uint _word;

    internal IoState(uint readiness) => _word = readiness;

    internal readonly uint Value => Volatile.Read(in _word); // ORDERING: re-read after the waiter was published with a fence.

    /// <summary>Takes the direction for one operation, and begins its system call at once if the direction is ready.</summary>
    /// <param name="claim">ReadClaim or WriteClaim.</param>
    /// <param name="busy">ReadBusy or WriteBusy.</param>
    /// <param name="ready">The readiness with which to begin the call; 0 for no call.</param>
    /// <param name="value">The word before, with the tick to hand to <see cref="EndOperation"/>; of a refusal, the reason.</param>
    /// <returns>What has begun.</returns>
    internal TransitionToClaimed TryBegin(uint claim, uint busy, uint ready, out uint value)
    {
        value = Value;
        while ((value & (claim | Closing | DriverGone)) == 0)
        {
            bool call = (value & ready) != 0;
            uint next = value | claim | (call ? busy : 0);
            uint seen = Interlocked.CompareExchange(ref _word, next, value); // ORDERING: ONE, CLOSE.
            if (seen == value)
            {
                return call ? TransitionToClaimed.Calling : TransitionToClaimed.Waiting;
            }

            value = seen;
        }

        return TransitionToClaimed.Refused;
    }

    /// <summary>Gives the direction back. Precondition: this operation holds the claim, and is not busy.</summary>
    /// <param name="claim">ReadClaim or WriteClaim.</param>
    internal void Unclaim(uint claim) => Interlocked.And(ref _word, ~claim);

    /// <summary>Before a system call. Precondition: this operation holds the claim.</summary>
    /// <param name="busy">ReadBusy or WriteBusy.</param>
    /// <param name="value">The word, with the tick to hand to <see cref="EndCall"/>.</param>
    /// <returns>False when the descriptor is closing: it must not be used.</returns>
    internal bool TryBeginCall(uint busy, out uint value)
    {
        value = Value;
        while ((value & Closing) == 0)
        {
            uint seen = Interlocked.CompareExchange(ref _word, value | busy, value); // ORDERING: CLOSE.
            if (seen == value)
            {
                return true;
            }

            value = seen;
        }

        return false;
    }

    /// <summary>After a system call that does not end the operation.</summary>
    /// <param name="busy">ReadBusy or WriteBusy.</param>
    /// <param name="exhausted">The readiness that the call found used up, or 0.</param>
    /// <param name="before">What <see cref="TryBeginCall"/> or <see cref="TryBegin"/> gave.</param>
    /// <returns>True when the caller must close the descriptor now.</returns>
    internal bool EndCall(uint busy, uint exhausted, uint before) => End(busy, exhausted, before);

    /// <summary>After the system call that ends the operation: gives the direction back too.</summary>
    /// <param name="claim">ReadClaim or WriteClaim.</param>
    /// <param name="busy">ReadBusy or WriteBusy.</param>
    /// <param name="exhausted">The readiness that the call found used up, or 0.</param>
    /// <param name="before">What <see cref="TryBeginCall"/> or <see cref="TryBegin"/> gave.</param>
    /// <returns>True when the caller must close the descriptor now.</returns>
    internal bool EndOperation(uint claim, uint busy, uint exhausted, uint before) => End(claim | busy, exhausted, before);

    /// <summary>Before a call that belongs to neither direction. Waits while 31 such calls are under way: they are short.</summary>
    /// <returns>False when the descriptor is closing.</returns>
    internal bool TryPin()
    {
        SpinWait crowd = default;
        uint value = Value;
        while ((value & Closing) == 0)
        {
            if ((value & PinMask) == PinMask)
            {
                crowd.SpinOnce();
                value = Value;
                continue;
            }

            uint seen = Interlocked.CompareExchange(ref _word, value + PinOne, value); // ORDERING: CLOSE.
            if (seen == value)
            {
                return true;
            }

            value = seen;
        }

        return false;
    }

    /// <summary>After a call that belongs to neither direction.</summary>
    /// <returns>True when the caller must close the descriptor now.</returns>
    internal bool Unpin()
    {
        uint after = Interlocked.Add(ref _word, unchecked((uint)-PinOne)); // ORDERING: CLOSE.
        return (after & Closing) != 0 && (after & InUse) == 0;
    }

    /// <summary>An event of the driver.</summary>
    /// <param name="readiness">What the descriptor has become ready for.</param>
    internal void AddReadiness(uint readiness)
    {
        uint value = Value;
        while (true)
        {
            // The tick wraps: 65,536 events during one system call would be missed.
            uint seen = Interlocked.CompareExchange(ref _word, (value | readiness) + TickOne, value); // ORDERING: EDGE; fence before the waiter is read.
            if (seen == value)
            {
                return;
            }

            value = seen;
        }
    }

    /// <summary>Dispose.</summary>
    /// <returns>Whether this call was the first, and whether the caller must close the descriptor now.</returns>
    internal (bool First, bool CloseNow) TransitionToClosing()
    {
        uint before = Interlocked.Or(ref _word, Closing); // ORDERING: CLOSE; fence before the waiters are read.
        bool first = (before & Closing) == 0;
        return (first, first && (before & InUse) == 0);
    }

    internal void SetDriverGone() => Interlocked.Or(ref _word, DriverGone);

    private bool End(uint ended, uint exhausted, uint before)
    {
        uint value = Value;
        while (true)
        {
            uint next = value & ~ended;
            if (((value ^ before) & TickMask) == 0)
            {
                next &= ~exhausted;
            }

            uint seen = Interlocked.CompareExchange(ref _word, next, value); // ORDERING: EDGE, CLOSE, ONE.
            if (seen == value)
            {
                return (next & Closing) != 0 && (next & InUse) == 0;
            }

            value = seen;
        }
    }
}
