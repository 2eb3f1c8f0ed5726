using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Kioto.Sync;

/// <summary>What both ends of a oneshot channel share. Goes back to its pool when both are done.</summary>
/// <remarks>
/// Somebody may still have an end of the old channel in hand, and use it at this moment, when the core serves the next
/// one: so the version is part of the word that every transition exchanges. Only the place of a target is written
/// without it: see <see cref="TryRegister"/>. See docs/decisions/0093.
/// </remarks>
/// <typeparam name="T">The type of the value.</typeparam>
internal sealed class OneshotCore<T> : PooledNode, IPrimitive
{
    // There is a value: it has been written, or is being. Set once, together with SenderDone; never unset.
    private const long HasValue = 1;

    // The sender has sent or was disposed. Never unset.
    private const long SenderDone = 2;

    // The receiver takes no value that comes from now on. Never unset.
    private const long ReceiverClosed = 4;

    // The receiver is done: it has its value or was disposed. Never unset. Who sets the second of the two "done" bits
    // gives the core back.
    private const long ReceiverDone = 8;

    // The receiver was told that nothing comes. Never unset.
    private const long ReceiverTold = 16;

    // Two operations of the receiver have waited at once: the one whose place was taken is told. Never unset.
    private const long ReceiverShared = 32;

    // The same of the sender's, which wait until the channel is closed.
    private const long SenderShared = 64;

    // INVARIANT: the version in the upper half, the bits above in the lower; every change is one atomic operation, but
    // the last, which begins the next version.
    private long _word;

    // INVARIANT: written by who set HasValue, and nobody else; read and cleared by who set ReceiverDone after it, when
    // _isWritten says so.
    private T _value = default!;

    // INVARIANT: set by who set HasValue, after the value; cleared with it, before the next version begins. So a core
    // that has a value is given back only when its sender has left it, but for the look at the receiver's target.
    private bool _isWritten;

    // INVARIANT: exchanged by the receiver's poll, read by who has changed the word. Whoever puts his target into the
    // core's next channel wakes the one that he has displaced; read late, it wakes for nothing.
    private WakeTarget? _receiver;

    // INVARIANT: as _receiver, with the ends exchanged.
    private WakeTarget? _sender;

    internal static OneshotCore<T> Rent() => SourcePool<OneshotCore<T>>.Rent(Ambient.Current);

    /// <summary>Whether the receiver takes no value any more. Of a core that serves others by now, too.</summary>
    /// <param name="version">What the sender carries.</param>
    /// <returns>True from then on for ever.</returns>
    internal bool IsClosed(uint version)
    {
        long word = Volatile.Read(ref _word); // ORDERING: a hint.
        return !IsOf(word, version) || (word & ReceiverClosed) != 0;
    }

    internal bool IsEmpty(uint version) => (Read(version) & HasValue) == 0;

    /// <summary>Whether the receiver has had its outcome, or was disposed. Of a core that serves others by now, too.</summary>
    /// <param name="version">What the receiver carries.</param>
    /// <returns>True from then on for ever.</returns>
    internal bool IsTerminated(uint version)
    {
        long word = Volatile.Read(ref _word); // ORDERING: a hint.
        return !IsOf(word, version) || (word & (ReceiverDone | ReceiverTold)) != 0;
    }

    internal SendResult<T> Send(uint version, T value)
    {
        long word = Read(version);
        while (true)
        {
            if ((word & SenderDone) != 0)
            {
                ThrowStale();
            }

            bool closed = (word & ReceiverClosed) != 0;
            long next = word | SenderDone | (closed ? 0 : HasValue);
            if (TryExchange(ref word, version, next))
            {
                return closed ? Refused(word, value) : Sent(value);
            }
        }
    }

    internal void DropSender(uint version)
    {
        long word = Volatile.Read(ref _word); // ORDERING: the exchange decides.
        do
        {
            // After sending, disposing is the usual end of a using block.
            if (!IsOf(word, version) || (word & SenderDone) != 0)
            {
                return;
            }
        }
        while (!TryExchangeOrSee(ref word, word | SenderDone));

        if ((word & ReceiverDone) != 0)
        {
            FreeBySender();
        }
        else
        {
            WakeReceiver();
        }
    }

    /// <summary>Takes the value if it is there.</summary>
    /// <param name="version">What the receiver carries.</param>
    /// <param name="value">The value.</param>
    /// <returns>Sent with a value, Full for "not yet", Closed when none will come.</returns>
    internal SendStatus TryReceive(uint version, out T value) => TryReceive(version, null, out value);

    private SendStatus TryReceive(uint version, WakeTarget? target, out T value)
    {
        long word = Read(version);
        while (true)
        {
            if ((word & ReceiverDone) != 0)
            {
                ThrowStale();
            }

            if ((word & HasValue) != 0)
            {
                // The word first: then the value is ours, whoever else ends the receiver at this moment.
                if (TryExchange(ref word, version, word | ReceiverDone | ReceiverClosed))
                {
                    MeetSender();
                    value = _value;
                    WakeOther(target);
                    FinishReceiver(word);
                    return SendStatus.Sent;
                }
            }
            else
            {
                value = default!;
                if ((word & (SenderDone | ReceiverClosed)) == 0)
                {
                    return SendStatus.Full;
                }

                if ((word & ReceiverTold) != 0 || TryExchange(ref word, version, word | ReceiverTold))
                {
                    return SendStatus.Closed;
                }
            }
        }
    }

    /// <summary>Takes the outcome if it is there; else waits for it.</summary>
    /// <param name="version">What the receiver carries.</param>
    /// <param name="target">Whom to wake.</param>
    /// <param name="again">Whether this operation waits already.</param>
    /// <param name="result">The outcome.</param>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="System.InvalidOperationException">Another operation receives, too.</exception>
    internal bool PollReceive(uint version, WakeTarget target, bool again, out RecvResult<T> result)
    {
        while (true)
        {
            switch (TryReceive(version, target, out T value))
            {
                case SendStatus.Sent:
                    result = new RecvResult<T>(value);
                    return true;
                case SendStatus.Closed:
                    result = default;
                    return true;
            }

            if (TryRegister(ref _receiver, target, version, SenderDone | ReceiverClosed, ReceiverShared, again))
            {
                result = default;
                return false;
            }
        }
    }

    /// <summary>Whether the receiver takes no value any more, or both ends are done; else waits for it.</summary>
    /// <param name="version">What the sender carries.</param>
    /// <param name="target">Whom to wake.</param>
    /// <param name="again">Whether this operation waits already.</param>
    /// <returns>Whether it is so.</returns>
    /// <exception cref="System.InvalidOperationException">Another operation of the sender waits, too.</exception>
    internal bool PollClosed(uint version, WakeTarget target, bool again) =>
        !TryRegister(ref _sender, target, version, ReceiverClosed, SenderShared, again);

    /// <summary>The receiver's operation that waits is given up.</summary>
    /// <param name="version">What the receiver carries.</param>
    internal void StopReceiving(uint version) => Leave(ref _receiver, version, ReceiverShared);

    /// <summary>The sender's operation that waits is given up.</summary>
    /// <param name="version">What the sender carries.</param>
    internal void StopAwaitingClose(uint version) => Leave(ref _sender, version, SenderShared);

    internal void Close(uint version)
    {
        long word = Read(version);
        while (!TryExchange(ref word, version, word | ReceiverClosed))
        {
        }

        WakeSender();
        WakeReceiver();
    }

    /// <summary>Ends receiving; who waits for the value learns from its next poll that this end is used up.</summary>
    /// <param name="version">What the receiver carries.</param>
    internal void DropReceiver(uint version)
    {
        long word = Volatile.Read(ref _word); // ORDERING: the exchange decides.
        do
        {
            if (!IsOf(word, version) || (word & ReceiverDone) != 0)
            {
                return;
            }
        }
        while (!TryExchangeOrSee(ref word, word | ReceiverDone | ReceiverClosed));

        WakeReceiver(); // Somebody may be waiting all the same.
        if ((word & HasValue) != 0)
        {
            MeetSender();
        }

        FinishReceiver(word);
    }

    // Who waits is known from its leaf alone: a target is left here after the wait.
    void IPrimitive.Describe(PrimitiveDescription into)
    {
        long word = Volatile.Read(ref _word); // ORDERING: a hint; the dump makes sure that it is the same channel still.
        into.Set($"Oneshot<{TypeNames.Of(typeof(T))}>", (word & HasValue) != 0 ? "sent" : (word & SenderDone) != 0 ? "ended" : "not sent");
        into.IsClosed = (word & ReceiverClosed) != 0;
    }

    private static bool IsOf(long word, uint version) => (uint)(word >> 32) == version;

    private static void ThrowStale() => throw new System.ObjectDisposedException(
        "Oneshot", "This end of the oneshot channel is used up: a value is sent once and received once.");

    private long Read(uint version)
    {
        long word = Volatile.Read(ref _word); // ORDERING: acquire, pairs with every transition.
        if (!IsOf(word, version))
        {
            ThrowStale();
        }

        return word;
    }

    // If not, the word is what it is now.
    private bool TryExchangeOrSee(ref long word, long next)
    {
        long seen = Interlocked.CompareExchange(ref _word, next, word); // ORDERING: acquire of the value and of the targets, release.
        bool done = seen == word;
        word = seen;
        return done;
    }

    // The same, for an end that throws when it is used up.
    private bool TryExchange(ref long word, uint version, long next)
    {
        if (TryExchangeOrSee(ref word, next))
        {
            return true;
        }

        if (!IsOf(word, version))
        {
            ThrowStale();
        }

        return false;
    }

    // HasValue is ours: nobody else writes the value, or gives the core back, before we say that it is written.
    private SendResult<T> Sent(T value)
    {
        _value = value;
        Volatile.Write(ref _isWritten, true); // ORDERING: release of the value, pairs with MeetSender.
        WakeReceiver();
        return new SendResult<T>(SendStatus.Sent, default!);
    }

    // The word is the one before.
    private SendResult<T> Refused(long word, T value)
    {
        if ((word & ReceiverDone) != 0)
        {
            FreeBySender();
        }

        return new SendResult<T>(SendStatus.Closed, value);
    }

    // Who has set HasValue writes the value next. Nobody is woken before that: who finds it unwritten was polled for
    // another reason, in these few instructions, and waits as for a SpinWord.
    private void MeetSender()
    {
        if (!Volatile.Read(ref _isWritten)) // ORDERING: acquire of the value, pairs with Sent.
        {
            AwaitSender();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AwaitSender()
    {
        SpinWait spin = default;
        do
        {
            spin.SpinOnce();
        }
        while (!Volatile.Read(ref _isWritten)); // ORDERING: as MeetSender.
    }

    private void WakeReceiver() => Volatile.Read(ref _receiver)?.Wake(); // ORDERING: after a full fence, pairs with TryRegister's.

    // Another operation of the receiver waits for the value that this one has: it is told.
    private void WakeOther(WakeTarget? target)
    {
        if (Volatile.Read(ref _receiver) is { } other && !ReferenceEquals(other, target)) // ORDERING: as WakeReceiver.
        {
            other.Wake();
        }
    }

    private void WakeSender() => Volatile.Read(ref _sender)?.Wake(); // ORDERING: as above.

    // The receiver is done; the word is the one before.
    private void FinishReceiver(long word)
    {
        if ((word & ReceiverClosed) == 0)
        {
            WakeSender();
        }

        if ((word & SenderDone) != 0)
        {
            CheckWritten(word);
            Free();
        }
    }

    [Conditional("DEBUG")]
    [Conditional("KIOTO_MODEL")]
    private void CheckWritten(long word)
    {
        if ((word & HasValue) != 0 && !_isWritten)
        {
            throw new System.InvalidOperationException("A oneshot's core is given back while its value is being written.");
        }
    }

    // Whether there is something to wait for: none of the endings was there when the target was.
    private bool TryRegister(ref WakeTarget? slot, WakeTarget target, uint version, long endings, long shared, bool again)
    {
        WakeTarget? displaced = null;
        if (!ReferenceEquals(Volatile.Read(ref slot), target))
        {
            if (again)
            {
                ThrowIfShared(version, shared);
            }

            displaced = Interlocked.Exchange(ref slot, target); // ORDERING: full fence before the look at the word; pairs with those who change it.
        }

        long word = Volatile.Read(ref _word);
        if (IsOf(word, version) && displaced is null)
        {
            return (word & endings) == 0;
        }

        if (!again && displaced is not null && TryMarkShared(ref word, version, shared))
        {
            // ORDERING: after the mark, as Leave may have cleared it; and a full fence before the look at the word, as above.
            if (Interlocked.Exchange(ref slot, target) is { } third && !ReferenceEquals(third, target))
            {
                third.Wake();
            }

            word = Volatile.Read(ref _word);
        }

        // He waits for the core's next channel, or was polled for another task before, and registers again; or he is
        // another operation of this end, and is told.
        displaced?.Wake();
        return IsOf(word, version) && (word & endings) == 0;
    }

    // Whether the channel is the same still: then the word is what it is now.
    private bool TryMarkShared(ref long word, uint version, long shared)
    {
        while (IsOf(word, version))
        {
            if (TryExchangeOrSee(ref word, word | shared))
            {
                word |= shared;
                return true;
            }
        }

        return false;
    }

    private void ThrowIfShared(uint version, long shared)
    {
        long word = Volatile.Read(ref _word); // ORDERING: acquire, pairs with TryMarkShared: who displaced us has set it before he woke us.
        if (IsOf(word, version) && (word & shared) != 0)
        {
            throw new System.InvalidOperationException(shared == ReceiverShared
                ? "Another operation is receiving from this channel. A oneshot's value is received once: use Watch, Broadcast or SetOnce for several."
                : "Another operation waits at this sender until the channel is closed. Wait once, and tell others.");
        }
    }

    // Without it the next operation would be taken for a second one.
    private void Leave(ref WakeTarget? slot, uint version, long shared)
    {
        if (!IsOf(Volatile.Read(ref _word), version)) // ORDERING: a hint: who finds the next channel's target wakes it.
        {
            return;
        }

        WakeTarget? left = Interlocked.Exchange(ref slot, null); // ORDERING: before the look at the word; pairs with TryRegister.
        long word = Volatile.Read(ref _word);
        if (!IsOf(word, version) || (word & shared) != 0)
        {
            left?.Wake(); // It may be another operation's: that one registers again.
        }
    }

    // The receiver was disposed: who did that may not have come to wake those who wait, and finds the core in other hands.
    private void FreeBySender()
    {
        WakeReceiver();
        WakeSender();
        Free();
    }

    // Both ends are done.
    private void Free()
    {
        _value = default!;
        _isWritten = false;
        _receiver = null;
        _sender = null;
        Version++;
        Volatile.Write(ref _word, (long)Version << 32); // ORDERING: release; who has the old version in hand exchanges nothing from here on.
        SourcePool<OneshotCore<T>>.Return(Ambient.Current, this);
    }
}
