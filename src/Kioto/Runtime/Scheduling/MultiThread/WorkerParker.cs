using System;
using System.Threading;

namespace Kioto;

/// <summary>Puts a worker to sleep: on the driver if nobody holds it, else on the futex.</summary>
/// <remarks>
/// The design is Tokio's. INVARIANT: the word leaves Empty by the owner's compare-exchange to one of the parked values,
/// or by anyone's exchange to Notified; an unpark that finds a parked value wakes exactly that place, and one that comes
/// first is kept. So a sleep that begins after an unpark returns at once.
/// </remarks>
internal sealed class WorkerParker
{
    private const int Empty = 0;
    private const int ParkedOnFutex = 1;
    private const int ParkedOnDriver = 2;
    private const int Notified = 3;

    private readonly SharedDriver _driver;

    // Where the word is in its array: what lies before and behind is no other worker's word, nor on its cache line.
    private const int Place = 16;

    // On the pinned heap, because the kernel is given its address.
    private readonly int[] _word = GC.AllocateArray<int>(3 * Place, pinned: true);
    private readonly object _fallback = new();

    internal WorkerParker(SharedDriver driver) => _driver = driver;

    /// <summary>Sleeps until unparked. Only the owner calls it. May return for nothing.</summary>
    /// <param name="timeoutNanos">The longest time; negative is for ever.</param>
    /// <param name="mostEvents">How many events it takes at most, should it sleep on the driver.</param>
    internal void Park(long timeoutNanos, int mostEvents = int.MaxValue)
    {
        ref int word = ref _word[Place];
        if (Interlocked.CompareExchange(ref word, Empty, Notified) == Notified) // ORDERING: acquire, pairs with Unpark.
        {
            return;
        }

        if (_driver.TryAcquire())
        {
            try
            {
                _driver.Driver.MostEvents = mostEvents;
                ParkOnDriver(ref word, timeoutNanos);
            }
            finally
            {
                _driver.Release();
            }
        }
        else
        {
            ParkOnFutex(ref word, timeoutNanos);
        }
    }

    /// <summary>Polls the driver without sleeping, if nobody holds it.</summary>
    /// <param name="mostEvents">How many events it takes at most.</param>
    internal void PollDriver(int mostEvents = int.MaxValue)
    {
        if (_driver.TryAcquire())
        {
            try
            {
                _driver.Driver.MostEvents = mostEvents;
                _driver.Timers.Wait(0);
            }
            finally
            {
                _driver.Release();
            }
        }
    }

    /// <summary>Wakes the owner, or makes its next park return at once. Any thread.</summary>
    internal void Unpark()
    {
        ref int word = ref _word[Place];
        switch (Interlocked.Exchange(ref word, Notified)) // ORDERING: release of what the owner is to see.
        {
            case ParkedOnFutex when Futex.IsSupported:
                Futex.WakeOne(ref word);
                break;
            case ParkedOnFutex:
                lock (_fallback)
                {
                    Monitor.Pulse(_fallback);
                }

                break;
            case ParkedOnDriver:
                _driver.Driver.Unpark();
                break;
        }
    }

    private void ParkOnDriver(ref int word, long timeoutNanos)
    {
        if (Interlocked.CompareExchange(ref word, ParkedOnDriver, Empty) == Empty)
        {
            _driver.Timers.Wait(timeoutNanos);
        }

        Interlocked.Exchange(ref word, Empty); // ORDERING: acquire; takes a notification that came meanwhile.
    }

    private void ParkOnFutex(ref int word, long timeoutNanos)
    {
        if (Interlocked.CompareExchange(ref word, ParkedOnFutex, Empty) == Empty)
        {
            if (Futex.IsSupported)
            {
                Futex.Wait(ref word, ParkedOnFutex, timeoutNanos);
            }
            else
            {
                lock (_fallback)
                {
                    if (Volatile.Read(ref word) == ParkedOnFutex) // ORDERING: the lock pairs with Unpark's.
                    {
                        Monitor.Wait(_fallback, timeoutNanos < 0 ? -1 : (int)(timeoutNanos / 1_000_000) + 1);
                    }
                }
            }
        }

        Interlocked.Exchange(ref word, Empty); // ORDERING: acquire; takes a notification that came meanwhile.
    }
}
