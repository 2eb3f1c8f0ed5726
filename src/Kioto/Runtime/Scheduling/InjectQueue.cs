using System.Threading;

namespace Kioto;

/// <summary>The queue that all workers share: tasks woken by other threads, and what overflows from a worker's ring.</summary>
/// <remarks>A first-in first-out list through <see cref="TaskHeader.Next"/>, so that queueing allocates nothing.</remarks>
internal sealed class InjectQueue
{
    private readonly Lock _lock = new();

    // INVARIANT: the fields are written under the lock; _count is read without it, as a hint that may be stale.
    private TaskHeader? _head;
    private TaskHeader? _tail;
    private int _count;

    /// <summary>How many tasks are queued; exact only under the lock.</summary>
    internal int Count => Volatile.Read(ref _count); // ORDERING: a hint; whoever parks re-reads it after a fence.

    internal void Push(TaskHeader task) => PushChain(task, task, 1);

    /// <summary>Appends tasks that are already linked.</summary>
    /// <param name="first">The first.</param>
    /// <param name="last">The last.</param>
    /// <param name="count">How many they are.</param>
    internal void PushChain(TaskHeader first, TaskHeader last, int count)
    {
        last.Next = null;
        using (_lock.EnterScope())
        {
            if (_tail is null)
            {
                _head = first;
            }
            else
            {
                _tail.Next = first;
            }

            _tail = last;
            Volatile.Write(ref _count, _count + count); // ORDERING: release, pairs with Count.
        }
    }

    /// <summary>Takes up to so many tasks from the front, all but the first into a worker's ring.</summary>
    /// <remarks>
    /// INVARIANT, VISIBLE: the count is lowered after they are in the ring, so who reads Count first and the ring after
    /// it finds each of them in one of the two.
    /// </remarks>
    /// <param name="ring">The calling worker's ring.</param>
    /// <param name="most">At most so many, at least one.</param>
    /// <returns>The first, or null.</returns>
    internal TaskHeader? PopInto(LocalQueue ring, int most)
    {
        using (_lock.EnterScope())
        {
            TaskHeader? first = _head;
            if (first is null)
            {
                return null;
            }

            int taken = 1;
            TaskHeader? rest = first.Next;
            first.Next = null;
            while (rest is not null && taken < most)
            {
                // Once it is in the ring it is not ours: a thief may run it.
                TaskHeader task = rest;
                rest = task.Next;
                task.Next = null;
                if (!ring.TryPush(task))
                {
                    task.Next = rest;
                    rest = task;
                    break;
                }

                taken++;
            }

            _head = rest;
            if (rest is null)
            {
                _tail = null;
            }

            Volatile.Write(ref _count, _count - taken); // ORDERING: VISIBLE; pairs with Count.
            return first;
        }
    }

    /// <summary>Takes up to so many tasks from the front, linked, the last one's link null.</summary>
    /// <param name="most">At most so many.</param>
    /// <returns>The first, or null.</returns>
    internal TaskHeader? PopChain(int most)
    {
        using (_lock.EnterScope())
        {
            TaskHeader? first = _head;
            TaskHeader? last = null;
            int taken = 0;
            for (TaskHeader? task = first; task is not null && taken < most; task = task.Next)
            {
                last = task;
                taken++;
            }

            if (last is not null)
            {
                _head = last.Next;
                last.Next = null;
                if (_head is null)
                {
                    _tail = null;
                }

                Volatile.Write(ref _count, _count - taken); // ORDERING: release, pairs with Count.
            }

            return taken == 0 ? null : first;
        }
    }
}
