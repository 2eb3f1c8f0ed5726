using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading;

namespace Kioto.Sync;

// The receiver's side: one operation at a time, until its end.
internal sealed partial class MpscChannel<T>
{
    // How often a receiver looks whether a value that is being written is there: some hundred nanoseconds.
    private const int WriterTurns = 16;

    private const int Ended = 1;
    private const int Watched = 2;

    // INVARIANT: the target of the waiting receiver; set by its poll, taken by who wakes it, each by one atomic operation.
    private WakeTarget? _receiver;

    // INVARIANT: the one operation that receives; written by its polls and by direct receives, read by TryReceive and EndReceiving.
    private Waiter? _receiving;

    // INVARIANT: Ended from the receiver's end on: then nothing is taken but by the drainer; Watched from when somebody
    // first waits until nothing comes. In one word: who has taken a value looks at one.
    private int _end;

    // INVARIANT: made once, when there is something to drain, or may be.
    private Drainer? _drainer;

    internal bool HasEnded => (Volatile.Read(ref _end) & Ended) != 0; // ORDERING: misuse; where it is more, see there.

    /// <summary>Looks at the next value, for a caller that is no operation.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Whether it was there.</returns>
    internal bool TryPeek([MaybeNullWhen(false)] out T value)
    {
        ThrowIfReceiving();
        Volatile.Write(ref _receiving, DirectReceive.Mark); // ORDERING: as in BeginReceive: what is looked at is not taken by the end meanwhile.
        value = default;
        bool found = !HasEnded && _queue.TryPeek(out value);
        EndReceive();
        return found;
    }

    /// <summary>Takes the next value for a caller that does not wait, and is no operation.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Whether it was there.</returns>
    internal bool TryReceive([MaybeNullWhen(false)] out T value)
    {
        ThrowIfEnded();
        ThrowIfReceiving();
        Volatile.Write(ref _receiving, DirectReceive.Mark); // ORDERING: as in BeginReceive: the receiver may end at this moment.
        CheckEnd();
        value = default;
        bool taken = TryTake(ref value);
        EndReceive();
        return taken;
    }

    /// <summary>Takes the next value. One thread at a time.</summary>
    /// <param name="value">Where to put it.</param>
    /// <returns>Whether it was there.</returns>
    internal bool TryTake(ref T? value)
    {
        if (!_queue.TryDequeue(ref value))
        {
            return false;
        }

        if (IsBounded)
        {
            Places.Release(1);
        }

        return true;
    }

    /// <summary>Receives if there is a value, without a place.</summary>
    /// <param name="result">Where to put the value.</param>
    /// <returns>False if it must be asked for by an operation: nothing has happened.</returns>
    internal bool TryReceiveNow(ref RecvResult<T> result)
    {
        if (_receiving is not null)
        {
            return false;
        }

        Volatile.Write(ref _receiving, DirectReceive.Mark); // ORDERING: as in BeginReceive.
        bool taken = !HasEnded && TryTake(ref RecvResult<T>.Room(ref result));
        EndReceive();
        if (taken)
        {
            RecvResult<T>.SetHasValue(ref result);
        }

        return taken;
    }

    /// <summary>
    /// The receiver was disposed: no more values, and those that are there, or come through permits, are forgotten. An
    /// operation that is receiving learns it; until it has, it alone takes.
    /// </summary>
    internal void EndReceiving()
    {
        if (HasEnded)
        {
            return;
        }

        Volatile.Write(ref _end, Ended); // ORDERING: of two who end it at once both may go on. Who watches looks at this too.
        if (IsDrained())
        {
            return; // It is closed as well: nobody waits, nor will.
        }

        Interlocked.MemoryBarrier(); // ORDERING: before the looks at _receiver and _closing; pairs with MustWait, and with PollOver.
        if (IsClosed)
        {
            WakeReceiver();
            Volatile.Read(ref _closing)?.WakeAll(); // ORDERING: after the fence.
        }
        else
        {
            Close();
        }

        if (IsDrained())
        {
            return;
        }

        // Something is there, or comes: of a value that is being taken, or of a permit. ORDERING: pairs with BeginReceive
        // and EndReceive, which write, then read without a fence: either they have seen the end, or they are seen here.
        Interlocked.MemoryBarrierProcessWide();
        if (Volatile.Read(ref _receiving) is null)
        {
            Drain();
        }
    }

    internal void ThrowIfEnded()
    {
        if (HasEnded)
        {
            throw Disposed();
        }
    }

    /// <summary>Receives, or waits.</summary>
    /// <param name="waiter">The operation.</param>
    /// <param name="target">Whom to wake.</param>
    /// <param name="result">The result.</param>
    /// <returns>Whether there is a result.</returns>
    internal bool PollReceive(Waiter waiter, WakeTarget target, out RecvResult<T> result)
    {
        result = default;
        BeginReceive(waiter);
        ref T? value = ref RecvResult<T>.Room(ref result);
        if (TryTake(ref value) || (MustWait(target) && TryTake(ref value)))
        {
            EndReceive();
            RecvResult<T>.SetHasValue(ref result);
            return true;
        }

        return EndIfDrained(waiter);
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
        bool taken = false;
        try
        {
            count = TakeMany(into, limit);
            if (count == 0)
            {
                MustWait(target);
                count = TakeMany(into, limit);
            }

            taken = true;
        }
        finally
        {
            if (!taken)
            {
                EndReceive(); // The collection threw: that is the operation's failure.
            }
        }

        if (count > 0)
        {
            EndReceive();
            return true;
        }

        return EndIfDrained(waiter);
    }

    internal void WithdrawReceive(Waiter waiter)
    {
        if (ReferenceEquals(_receiving, waiter))
        {
            EndReceive();
        }
    }

    // Takes the next value, for nobody.
    private bool TryForget()
    {
        if (!_queue.HasValue())
        {
            return false;
        }

        _queue.Advance();
        if (IsBounded)
        {
            Places.Release(1);
        }

        return true;
    }

    private void BeginReceive(Waiter waiter)
    {
        if (_receiving is { } other && !ReferenceEquals(other, waiter))
        {
            throw Busy();
        }

        Volatile.Write(ref _receiving, waiter); // ORDERING: before the look at _end; EndReceiving has the fence for both.
        CheckEnd();
    }

    private void EndReceive()
    {
        Volatile.Write(ref _receiving, null); // ORDERING: release of what was taken, pairs with EndReceiving.
        if (Volatile.Read(ref _end) != 0) // ORDERING: as BeginReceive; and pairs with PollOver, which has the fence for both.
        {
            EndWatchedReceive();
        }
    }

    private void EndWatchedReceive()
    {
        if (HasEnded)
        {
            Drain(); // It was left to us. Missed, the values go with the channel.
        }
        else
        {
            TellIfDrained(); // It may have been the last value.
        }
    }

    private void Drain()
    {
        Interlocked.CompareExchange(ref _drainer, new Drainer(this), null); // ORDERING: release of it.
        _drainer!.Drain();
    }

    private void CheckEnd()
    {
        if (HasEnded)
        {
            EndReceive();
            throw Disposed();
        }
    }

    private bool EndIfDrained(Waiter waiter)
    {
        CheckEnd(); // Once more, after MustWait's fence: who ends wakes those that it finds waiting.
        if (!IsDrained())
        {
            SyncMeter.WaitsAlone(waiter, "mpsc.receive");
            return false;
        }

        CheckEnd(); // Is it drained because this receiver ends at this moment? It closes after it has said that it ends.
        EndReceive();
        return true;
    }

    private static InvalidOperationException Busy() => new(
        "Another operation is receiving from this channel. An mpsc channel has one receiver, which receives one after the other: use Mpmc for several.");

    private static ObjectDisposedException Disposed() => new("MpscReceiver", "This receiver was disposed: its channel is closed, and its values are gone.");

    private bool MustWait(WakeTarget target)
    {
        // ORDERING: full fence before looking again; pairs with the claim of a place, and with the end.
        if (Interlocked.Exchange(ref _receiver, target) is ReadableWait other && !ReferenceEquals(other, target))
        {
            other.Wake(); // Only one is woken for a value: whoever looks now learns that somebody else receives.
        }

        if (_queue.IsBeingWritten())
        {
            MeetWriter();
        }

        return true;
    }

    // Somebody claimed a place before we were to be seen, and may have filled it and looked for us since.
    private void MeetWriter()
    {
#if !KIOTO_MODEL
        for (int i = 0; i < WriterTurns && _queue.IsBeingWritten(); i++)
        {
            Thread.SpinWait(1);
        }

        if (!_queue.IsBeingWritten())
        {
            return;
        }

#endif
        // ORDERING: its thread is held up in between. Either the value is seen from here on, or it will see us: it writes,
        // then looks, without a fence.
        Interlocked.MemoryBarrierProcessWide();
    }

    private int TakeMany(ICollection<T> into, int limit)
    {
        int count = 0;
        try
        {
            while (count < limit && _queue.TryPeek(out T? value))
            {
                into.Add(value); // It may throw: then the value is still there.
                _queue.Advance();
                count++;
            }
        }
        finally
        {
            if (count > 0 && IsBounded)
            {
                Places.Release(count);
            }
        }

        return count;
    }

    // ORDERING: the end, and a permit that came back after it, are published by atomic operations, after which a receiver that
    // has not seen them is seen here. A value is written without one, but its place was claimed by one: a receiver that
    // could be seen before that is seen; one that came later finds the place claimed, and sees to it (MeetWriter).
    private void WakeReceiver()
    {
        if (Volatile.Read(ref _receiver) is not null)
        {
            Interlocked.Exchange(ref _receiver, null)?.Wake(); // ORDERING: pairs with MustWait.
        }
    }

    /// <summary>Forgets what is there, and what still comes through permits. Waits in the receiver's place for that.</summary>
    private sealed class Drainer(MpscChannel<T> channel) : WakeTarget
    {
        private readonly Lock _lock = new();

        internal override void Wake() => Drain();

        internal void Drain()
        {
            using (_lock.EnterScope())
            {
                while (channel.MustWait(this) && channel.TryForget()) // Once more after each: the next one's writer is to be met, too.
                {
                }
            }
        }
    }
}
