using System.Threading;

namespace Kioto;

/// <summary>Which workers sleep and how many search for work: decides whom a new task wakes, and that nobody is missed.</summary>
/// <remarks>
/// The design is Tokio's. One word counts the searching and the unparked workers; the list of sleepers is under a lock,
/// and the word is lowered and raised under it too, except that a worker may join or leave the searching ones alone.
/// INVARIANT, NO LOST WAKE-UP: a producer pushes a task, then (fence; the shared queue's exchange is one) reads the
/// word; a worker that goes to sleep lowers the word (an atomic operation, a fence), then looks at all queues once
/// more if nobody searches now. Whichever comes second sees the other: either the producer finds nobody searching and
/// wakes a sleeper, or the new sleeper finds the task. (It need not have searched itself: it may have been refused
/// while somebody did who has since found work; a producer that came in between saw everybody awake and woke nobody.)
/// While somebody searches, a producer wakes nobody: the searcher finds the task, or, being the last,
/// looks again; and the last searcher that finds a task looks at all queues too, and wakes another worker if there is more.
/// </remarks>
internal sealed class IdleSet
{
    private const int UnparkedShift = 16;
    private const int OneUnparked = 1 << UnparkedShift;
    private const int SearchingMask = OneUnparked - 1;

    private readonly Lock _lock = new();
    private readonly int _workers;

    // INVARIANT: under the lock. A stack: the latest sleeper has the warmest cache.
    private readonly int[] _sleepers;
    private int _sleeping;

    // INVARIANT: unparked = workers - _sleeping whenever the lock is free.
    private int _word;

    internal IdleSet(int workers)
    {
        _workers = workers;
        _sleepers = new int[workers];
        _word = workers << UnparkedShift;
    }

    /// <summary>After a task has been pushed: whom to unpark for it.</summary>
    /// <returns>A worker, who counts as searching from now on, or -1.</returns>
    internal int WorkerToNotify()
    {
        Interlocked.MemoryBarrier(); // ORDERING: StoreLoad between the push and this read; pairs with TransitionToParked.
        if (!ShouldWake(Volatile.Read(ref _word)))
        {
            return -1;
        }

        using (_lock.EnterScope())
        {
            if (!ShouldWake(Volatile.Read(ref _word)) || _sleeping == 0)
            {
                return -1;
            }

            Interlocked.Add(ref _word, OneUnparked + 1);
            return _sleepers[--_sleeping];
        }
    }

    /// <summary>
    /// Whether a push might have to wake somebody, judged without a fence: enough when a fenced look follows before the
    /// pushing worker runs anything long, or when an atomic operation since the push was that fence.
    /// </summary>
    internal bool MayNeedWake => ShouldWake(Volatile.Read(ref _word));

    /// <summary>Whether every worker sleeps, at some moment.</summary>
    internal bool AllSleep => Volatile.Read(ref _word) >> UnparkedShift == 0; // ORDERING: acquire, pairs with TransitionToParked.

    /// <summary>A worker goes to sleep.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="searching">Whether it was searching.</param>
    /// <returns>Whether nobody searches now: then it must look at all queues once more.</returns>
    internal bool TransitionToParked(int worker, bool searching)
    {
        using (_lock.EnterScope())
        {
            // ORDERING: full fence; pairs with WorkerToNotify's.
            int word = Interlocked.Add(ref _word, searching ? -OneUnparked - 1 : -OneUnparked);
            _sleepers[_sleeping++] = worker;
            return (word & SearchingMask) == 0;
        }
    }

    /// <summary>A worker wants to steal. At most half of the workers do at a time.</summary>
    /// <returns>Whether it may.</returns>
    internal bool TransitionToSearching()
    {
        // Two workers may pass the test together: the bound is for throughput, not for correctness.
        if (2 * (Volatile.Read(ref _word) & SearchingMask) >= _workers)
        {
            return false;
        }

        Interlocked.Increment(ref _word); // ORDERING: full fence before it looks into the queues.
        return true;
    }

    /// <summary>A searching worker has found a task.</summary>
    /// <returns>Whether it was the last searcher: then it must look at all queues, and wake another worker for what is there.</returns>
    internal bool TransitionFromSearching() => (Interlocked.Decrement(ref _word) & SearchingMask) == 0;

    /// <summary>A sleeper that was woken by the driver rather than through <see cref="WorkerToNotify"/> takes itself off.</summary>
    /// <param name="worker">The worker.</param>
    /// <returns>False when somebody had already taken it off: then it counts as searching.</returns>
    internal bool TryUnparkSelf(int worker)
    {
        using (_lock.EnterScope())
        {
            for (int i = 0; i < _sleeping; i++)
            {
                if (_sleepers[i] == worker)
                {
                    _sleepers[i] = _sleepers[--_sleeping];
                    Interlocked.Add(ref _word, OneUnparked);
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Whether a worker is still among the sleepers.</summary>
    /// <param name="worker">The worker.</param>
    /// <returns>True if nobody has taken it off.</returns>
    internal bool IsParked(int worker)
    {
        using (_lock.EnterScope())
        {
            return System.Array.IndexOf(_sleepers, worker, 0, _sleeping) >= 0;
        }
    }

    /// <summary>Whether every worker sleeps. The caller fences, or looks again after a while.</summary>
    internal bool AllAsleep => Volatile.Read(ref _word) >> UnparkedShift == 0; // ORDERING: see Watchdog.

    /// <summary>Somebody who sleeps, and stays among the sleepers.</summary>
    /// <returns>A worker, or -1 when none sleeps.</returns>
    internal int AnySleeper()
    {
        using (_lock.EnterScope())
        {
            return _sleeping == 0 ? -1 : _sleepers[_sleeping - 1];
        }
    }

    private bool ShouldWake(int word) => (word & SearchingMask) == 0 && (word >> UnparkedShift) < _workers;
}
