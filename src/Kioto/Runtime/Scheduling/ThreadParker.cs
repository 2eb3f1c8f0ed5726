using System;
using System.Threading;

namespace Kioto;

/// <summary>Puts one thread to sleep until another one unparks it; an unpark that comes first is kept.</summary>
internal sealed class ThreadParker
{
    private const int Empty = 0;
    private const int Parked = 1;
    private const int Notified = 2;

    // On the pinned heap, because the kernel is given its address.
    // INVARIANT: Parked is set and cleared by the owner thread only; any thread may exchange Notified in.
    private readonly int[] _word = GC.AllocateArray<int>(1, pinned: true);
    private readonly object _fallback = new();

    /// <summary>Sleeps until unparked or until the time is over. Only the owner thread calls it. May return for nothing.</summary>
    /// <param name="timeoutNanos">The longest time; negative is for ever.</param>
    /// <returns>Whether it was unparked.</returns>
    internal bool Park(long timeoutNanos = -1)
    {
        ref int word = ref _word[0];

        // ORDERING: acquire on Notified, pairs with Unpark's exchange.
        int before = Interlocked.CompareExchange(ref word, Parked, Empty);
        if (before == Empty)
        {
            Sleep(ref word, timeoutNanos);
        }

        return Interlocked.Exchange(ref word, Empty) == Notified; // ORDERING: as above; takes a notification that came with the time-out.
    }

    /// <summary>Wakes the owner, or makes its next <see cref="Park"/> return at once. Any thread.</summary>
    internal void Unpark()
    {
        ref int word = ref _word[0];
        if (Interlocked.Exchange(ref word, Notified) != Parked) // ORDERING: release of what the owner is to see.
        {
            return;
        }

        if (Futex.IsSupported)
        {
            Futex.WakeOne(ref word);
        }
        else
        {
            lock (_fallback)
            {
                Monitor.Pulse(_fallback);
            }
        }
    }

    private void Sleep(ref int word, long timeoutNanos)
    {
        if (Futex.IsSupported)
        {
            Futex.Wait(ref word, Parked, timeoutNanos);
            return;
        }

        lock (_fallback)
        {
            if (Volatile.Read(ref word) == Parked) // ORDERING: the lock pairs with Unpark's.
            {
                Monitor.Wait(_fallback, timeoutNanos < 0 ? -1 : (int)Math.Min(int.MaxValue, (timeoutNanos + 999_999) / 1_000_000));
            }
        }
    }
}
