using System;
using System.Collections.Generic;

namespace Kioto.Sync;

// Several values at once.
internal sealed partial class MpmcChannel<T>
{
    /// <summary>Takes as many values as are there and nobody else was given. Precondition: the caller has a permit for one.</summary>
    /// <remarks>The collection's code runs without the lock, and may throw: what it did not take is received next.</remarks>
    /// <param name="into">Where to put them.</param>
    /// <param name="limit">How many at most; above zero.</param>
    /// <returns>How many.</returns>
    internal int TakeMany(ICollection<T> into, int limit)
    {
        int permits = 1 + (int)Values.TryAcquireSome(limit - 1);
        int count = 0;
        try
        {
            if (Few<T>.AreTooLarge)
            {
                TakeThrough(new T[1], into, permits, ref count);
            }
            else
            {
                TakeThroughStack(into, permits, ref count);
            }
        }
        finally
        {
            // It threw: the others are there again, or were never taken.
            if (count < permits)
            {
                Values.Release(permits - count);
            }
        }

        return count;
    }

    // A method of its own: the frame of a caller that does without it has no room for them.
    private void TakeThroughStack(ICollection<T> into, int permits, ref int count)
    {
        Few<T> few = default;
        TakeThrough(few, into, permits, ref count);
    }

    private void TakeThrough(Span<T> few, ICollection<T> into, int permits, ref int count)
    {
        while (count < permits)
        {
            TakeFew(few[..Math.Min(permits - count, few.Length)], into, ref count);
        }
    }

    private void TakeFew(Span<T> few, ICollection<T> into, ref int count)
    {
        int wanted = few.Length;
        using (_lock.EnterScope())
        {
            for (int i = 0; i < wanted; i++)
            {
                few[i] = _queue.Dequeue();
            }

            _out += wanted;
        }

        int added = 0;
        try
        {
            while (added < wanted)
            {
                into.Add(few[added]);
                added++;
            }
        }
        finally
        {
            count += added;
            EndBatch(few[added..], wanted);
            if (added > 0)
            {
                Places.Release(added);
            }
        }
    }

    // The values that were out are taken, but for these, which come before all others again.
    private void EndBatch(ReadOnlySpan<T> rest, int wanted)
    {
        RingQueue<T>.Ring? spare = null;
        while (true)
        {
            bool isBack;
            bool drained = false;
            int capacity = 0;
            using (_lock.EnterScope())
            {
                isBack = rest.IsEmpty || _queue.TryPutBack(rest, ref spare, out capacity);
                if (isBack)
                {
                    _out -= wanted;
                    drained = IsDrained;
                }
            }

            if (isBack)
            {
                EndIf(drained);
                return;
            }

            spare = RingQueue<T>.NewRing(capacity);
        }
    }
}
