using System.Collections.Generic;
using System.Threading;
using Kioto.Sync;

namespace Kioto;

/// <summary>Closures that wait for places in a bounded pool without anybody who waits with them.</summary>
/// <remarks>
/// A group of tasks starts what it has queued when another task ends, and on the thread that ended it: an exception about
/// a full pool would find nobody there. INVARIANT: whoever takes a closure out of the map has it alone, to queue it or to
/// end it; its waiter is polled under the lock, by who has found it in the map.
/// </remarks>
internal sealed class WaitingClosures(BlockingCrew crew)
{
    private readonly Lock _lock = new();

    // INVARIANT: guarded by the lock, in which no closure is queued or ended: that wakes others.
    private readonly Dictionary<IBlockingWork, PlaceWait> _waits = new(ReferenceEqualityComparer.Instance);

    /// <summary>Queues a closure in the pool as soon as there is a place.</summary>
    /// <param name="work">The closure.</param>
    internal void Add(IBlockingWork work)
    {
        PlaceWait wait = new(this, work);
        using (_lock.EnterScope())
        {
            _waits.Add(work, wait);
        }

        TryStart(wait);
    }

    /// <summary>Takes a closure back.</summary>
    /// <param name="work">The closure.</param>
    /// <returns>False when it does not wait here (any more); else it is the caller's.</returns>
    internal bool TryRemove(IBlockingWork work)
    {
        PlaceWait? wait;
        using (_lock.EnterScope())
        {
            if (!_waits.Remove(work, out wait))
            {
                return false;
            }
        }

        crew.WithdrawPlace(wait.Waiter);
        return true;
    }

    private void TryStart(PlaceWait wait)
    {
        AcquireOutcome place;
        using (_lock.EnterScope())
        {
            if (!_waits.ContainsKey(wait.Work))
            {
                return; // A late wake: it was queued, or aborted.
            }

            place = crew.PollPlace(wait.Waiter, wait);
            if (place == AcquireOutcome.NoPermits)
            {
                return;
            }

            _waits.Remove(wait.Work);
        }

        crew.SpawnOrFail(wait.Work, place);
    }

    /// <summary>One closure's wait.</summary>
    private sealed class PlaceWait(WaitingClosures all, IBlockingWork work) : WakeTarget
    {
        internal Waiter Waiter { get; } = new();

        internal IBlockingWork Work { get; } = work;

        internal override void Wake() => all.TryStart(this);
    }
}
