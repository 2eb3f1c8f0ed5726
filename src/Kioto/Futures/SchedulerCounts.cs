using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>What happens to a scheduler's tasks on whatever thread, in numbers: each thread counts on lines of its own.</summary>
/// <remarks>
/// Counting is a look at who the thread counted for last, and a plain addition. What workers count of themselves is in
/// their cores. Whoever reads adds up; numbers of threads that have ended are folded into one.
/// </remarks>
internal sealed class SchedulerCounts
{
    private const int Few = 16;

    private readonly Lock _lock = new();

    // INVARIANT: guarded by the lock.
    private readonly List<ThreadCounts> _threads = [];
    private ThreadCounts.Values _past;
    private int _foldAt = Few;

    // INVARIANT: set once each; seen late, it takes effect late.
    private bool _isTimed;
    private bool _hasEnded;

    /// <summary>Whether somebody wants to know of times: then workers read the clock when they sleep and wake.</summary>
    internal bool IsTimed => Volatile.Read(ref _isTimed); // ORDERING: none; a plain load.

    /// <summary>From now on workers measure how long they are busy.</summary>
    internal void StartTiming()
    {
        if (!IsTimed)
        {
            Volatile.Write(ref _isTimed, true); // ORDERING: none.
        }
    }

    /// <summary>The scheduler has ended: threads forget what they count for it when they next look for something else.</summary>
    internal void End() => Volatile.Write(ref _hasEnded, true); // ORDERING: none.

    internal void Spawned(Ambient ambient) => Of(ambient).Counted.Spawned++;

    internal void Ended(Ambient ambient) => Of(ambient).Counted.Ended++;

    internal void Remote(Ambient ambient) => Of(ambient).Counted.Remote++;

    internal void RemoteBackground(Ambient ambient) => Of(ambient).Counted.RemoteBackground++;

    internal void ForcedYield(Ambient ambient) => Of(ambient).Counted.ForcedYields++;

    /// <summary>The numbers of all threads together. Any thread.</summary>
    /// <returns>Each is right at some moment; what ended has been counted as spawned.</returns>
    internal ThreadCounts.Values Sum()
    {
        using (_lock.EnterScope())
        {
            // Ends first: each was spawned before, so that never more have ended than were spawned.
            ThreadCounts.Values sum = _past;
            foreach (ThreadCounts thread in _threads)
            {
                sum.Ended += Volatile.Read(ref thread.Counted.Ended); // ORDERING: acquire: before the spawns below.
            }

            foreach (ThreadCounts thread in _threads)
            {
                sum.Spawned += Volatile.Read(ref thread.Counted.Spawned);
                sum.Remote += Volatile.Read(ref thread.Counted.Remote);
                sum.RemoteBackground += Volatile.Read(ref thread.Counted.RemoteBackground);
                sum.ForcedYields += Volatile.Read(ref thread.Counted.ForcedYields);
            }

            return sum;
        }
    }

    private ThreadCounts Of(Ambient ambient)
    {
        ThreadCounts counts = ambient.Counts;
        return ReferenceEquals(counts.Owner, this) ? counts : Find(ambient);
    }

    // The thread counted for another scheduler last. Its list has the latest first, and loses those that have ended.
    private ThreadCounts Find(Ambient ambient)
    {
        ThreadCounts? found = null;
        ThreadCounts? previous = null;
        for (ThreadCounts? each = ambient.Counts; each is { Owner: { } owner }; each = each.Next)
        {
            bool isMine = ReferenceEquals(owner, this);
            if (isMine || Volatile.Read(ref owner._hasEnded)) // ORDERING: none.
            {
                found = isMine ? each : found;
                if (previous is null)
                {
                    ambient.Counts = each.Next ?? ThreadCounts.None;
                }
                else
                {
                    previous.Next = each.Next;
                }
            }
            else
            {
                previous = each;
            }
        }

        found ??= Add(ambient);
        found.Next = ambient.Counts.Owner is null ? null : ambient.Counts;
        ambient.Counts = found;
        return found;
    }

    private ThreadCounts Add(Ambient ambient)
    {
        ThreadCounts counts = new(this, ambient.Thread);
        using (_lock.EnterScope())
        {
            if (_threads.Count >= _foldAt)
            {
                Fold();
            }

            _threads.Add(counts);
        }

        return counts;
    }

    // Precondition: the lock is held.
    private void Fold()
    {
        int kept = 0;
        for (int i = 0; i < _threads.Count; i++)
        {
            ThreadCounts thread = _threads[i];
            if (!thread.IsFinal)
            {
                _threads[kept++] = thread;
                continue;
            }

            _past.Spawned += thread.Counted.Spawned;
            _past.Ended += thread.Counted.Ended;
            _past.Remote += thread.Counted.Remote;
            _past.RemoteBackground += thread.Counted.RemoteBackground;
            _past.ForcedYields += thread.Counted.ForcedYields;
        }

        _threads.RemoveRange(kept, _threads.Count - kept);
        _foldAt = int.Max(Few, 2 * kept);
    }
}
