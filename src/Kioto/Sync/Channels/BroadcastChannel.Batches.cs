using System;
using System.Collections.Generic;

namespace Kioto.Sync;

// Several values at once.
internal sealed partial class BroadcastChannel<T>
{
    /// <summary>Reads as many as there are for a receiver, or waits for one.</summary>
    /// <remarks>
    /// The collection's code runs without the lock, and may throw: what it did not take is read next. Until it has
    /// returned, the receiver refuses other operations.
    /// </remarks>
    /// <param name="waiter">The operation.</param>
    /// <param name="target">Whom to wake.</param>
    /// <param name="next">The receiver's position.</param>
    /// <param name="receiving">The receiver's operation that waits.</param>
    /// <param name="into">Where to put them.</param>
    /// <param name="limit">How many at most; above zero.</param>
    /// <param name="result">How many there were, or how many were missed, or closed.</param>
    /// <returns>Whether there is a result.</returns>
    /// <exception cref="ObjectDisposedException">The receiver has ended.</exception>
    /// <exception cref="InvalidOperationException">Another operation of the receiver waits.</exception>
    internal bool PollReceiveMany(
        Waiter waiter,
        WakeTarget target,
        ref long next,
        ref Waiter? receiving,
        ICollection<T> into,
        int limit,
        out BroadcastRecvResult<int> result)
    {
        // The first by itself: it waits, and knows of lags and the end. It is still the next one to be read.
        if (!PollNext(waiter, target, ref next, ref receiving, out long missed, out bool closed))
        {
            result = default;
            return false;
        }

        if (closed || missed > 0)
        {
            result = closed ? default : new BroadcastRecvResult<int>(missed);
            return true;
        }

        int count;
        try
        {
            count = Few<T>.AreTooLarge ? ReadThrough(new T[1], ref next, into, limit) : ReadThroughStack(ref next, into, limit);
        }
        finally
        {
            EndBatch(waiter, ref receiving);
        }

        result = new BroadcastRecvResult<int>(count);
        return true;
    }

    // A method of its own: the frame of a caller that does without it has no room for them.
    private int ReadThroughStack(ref long next, ICollection<T> into, int limit)
    {
        Few<T> few = default;
        return ReadThrough(few, ref next, into, limit);
    }

    private int ReadThrough(Span<T> few, ref long next, ICollection<T> into, int limit)
    {
        int count = 0;
        while (count < limit)
        {
            int copied = Copy(ref next, few[..Math.Min(limit - count, few.Length)], out long from);
            if (copied == 0)
            {
                break;
            }

            int taken = 0;
            try
            {
                while (taken < copied)
                {
                    into.Add(few[taken]);
                    taken++;
                }
            }
            finally
            {
                count += taken;
                Advance(ref next, from, from + taken);
            }
        }

        return count;
    }

    // Whether there is something to say; a value is not taken, and the operation is the one that receives until EndBatch.
    private bool PollNext(
        Waiter waiter, WakeTarget target, ref long next, ref Waiter? receiving, out long missed, out bool closed)
    {
        int entered = 0;
        bool busy;
        bool ended = false;
        bool done = false;
        missed = 0;
        closed = false;
        using (_lock.EnterScope())
        {
            busy = receiving is { } other && !ReferenceEquals(other, waiter);
            if (!busy)
            {
                ended = next < 0;
                missed = ended ? 0 : Math.Max(0, Oldest - next);
                next += missed;
                closed = !ended && missed == 0 && next == _tail && _closed;
                done = ended || closed || missed > 0 || next < _tail;
                receiving = ended || closed || missed > 0 ? null : waiter;
                entered = done ? 0 : Enter(waiter, target);
                if (done)
                {
                    Leave(waiter);
                }
            }
        }

        ThrowIfBusy(busy);
        ThrowIf(ended);
        SyncMeter.Waits("broadcast.receive", entered);
        return done;
    }

    // Copies what is next; it stays there. None when the receiver has ended, or lags again, which it learns the next time.
    private int Copy(ref long next, Span<T> into, out long from)
    {
        using (_lock.EnterScope())
        {
            from = next;
            if (from < Oldest)
            {
                return 0;
            }

            int count = (int)Math.Min(into.Length, _tail - from);
            for (int i = 0; i < count; i++)
            {
                into[i] = At(from + i).Value;
            }

            return count;
        }
    }

    // The receiver has read them: those that are there still.
    private void Advance(ref long next, long from, long end)
    {
        int freed = 0;
        using (_lock.EnterScope())
        {
            // It may have ended meanwhile; or its task has read some itself, in the middle of an operation.
            if (next == from)
            {
                freed = MarkRead(Math.Max(from, Oldest), end);
                System.Threading.Volatile.Write(ref next, end); // ORDERING: under the lock; the release is for Count's hint.
            }
        }

        Free(freed);
    }

    private void EndBatch(Waiter waiter, ref Waiter? receiving)
    {
        using (_lock.EnterScope())
        {
            if (ReferenceEquals(receiving, waiter))
            {
                receiving = null;
            }
        }
    }
}
