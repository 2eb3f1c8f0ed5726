using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;

namespace Kioto;

/// <summary>The queue that all workers share: tasks woken by other threads, and what overflows from a worker's ring.</summary>
/// <remarks>
/// First in, first out, through <see cref="TaskHeader.Next"/>, so that queueing allocates nothing. A push is one atomic
/// exchange (Vyukov's queue); who pops holds a lock, and takes many at once.
/// INVARIANT, TAIL: the tail is null iff the queue is empty. A push is complete when its exchange of the tail has been
/// followed by the link from its predecessor, or by the head if there was none; between the two, who pops waits.
/// INVARIANT, HEAD: written by the push that found the queue empty, and by who pops, who first ends the queue.
/// </remarks>
internal sealed class InjectQueue
{
    private readonly Lock _lock = new();
    private TaskHeader? _head;
    private Tail _tail;

    // INVARIANT: under the lock; read without.
    private long _taken;

    /// <summary>How many tasks have been taken from it. Any thread.</summary>
    internal long Taken => Volatile.Read(ref _taken); // ORDERING: a figure.

    /// <summary>Whether nothing is queued.</summary>
    internal bool IsEmpty => Volatile.Read(ref _tail.Task) is null; // ORDERING: a hint; whoever parks re-reads it after a fence.

    /// <summary>The first at some moment; null also while a push is under way, or somebody pops. Any thread: a hint.</summary>
    /// <returns>A task, which may have left the queue.</returns>
    internal TaskHeader? PeekFirst() => Volatile.Read(ref _head); // ORDERING: acquire, as in First.

    internal void Push(TaskHeader task) => PushChain(task, task);

    /// <summary>Appends tasks that are already linked.</summary>
    /// <param name="first">The first.</param>
    /// <param name="last">The last.</param>
    internal void PushChain(TaskHeader first, TaskHeader last)
    {
        Volatile.Write(ref last.Next, null); // ORDERING: before the exchange, after which a push may link to it.
        TaskHeader? before = Interlocked.Exchange(ref _tail.Task, last); // ORDERING: TAIL.
        if (before is null)
        {
            Volatile.Write(ref _head, first); // ORDERING: release of the tasks, pairs with First.
        }
        else
        {
            Volatile.Write(ref before.Next, first); // ORDERING: the same, pairs with Following.
        }
    }

    /// <summary>Takes up to so many tasks from the front, all but the first into a worker's ring.</summary>
    /// <remarks>
    /// INVARIANT, VISIBLE: while any of them but the first is not in the ring, the queue is not empty: so who reads
    /// <see cref="IsEmpty"/> first and the ring after it finds each of them in one of the two. (The last one in the
    /// queue stays there for that.)
    /// </remarks>
    /// <param name="ring">The calling worker's ring.</param>
    /// <param name="most">At most so many, at least one.</param>
    /// <returns>The first, or null.</returns>
    internal TaskHeader? PopInto(LocalQueue ring, int most)
    {
        using (_lock.EnterScope())
        {
            TaskHeader? first = First();
            if (first is null)
            {
                return null;
            }

            int taken = 1;
            if (Following(first) is not { } next)
            {
                _taken++;
                return first;
            }

            for (; taken < most && Volatile.Read(ref next.Next) is { } after; taken++)
            {
                // Once it is in the ring it is not ours: a thief may run it.
                Volatile.Write(ref next.Next, null);
                if (!ring.TryPush(next))
                {
                    Volatile.Write(ref next.Next, after);
                    break;
                }

                next = after;
            }

            _taken += taken;

            Volatile.Write(ref _head, next);
            Volatile.Write(ref first.Next, null);
            return first;
        }
    }

    /// <summary>Takes up to so many tasks from the front, linked, the last one's link null.</summary>
    /// <param name="most">At most so many, at least one.</param>
    /// <returns>The first, or null.</returns>
    internal TaskHeader? PopChain(int most)
    {
        using (_lock.EnterScope())
        {
            TaskHeader? first = First();
            TaskHeader? end = Volatile.Read(ref _tail.Task); // ORDERING: none; what comes later may come for ever.
            TaskHeader? last = first;
            int taken = 1;
            for (; last is not null; taken++)
            {
                TaskHeader? next = Following(last);
                if (next is not null && (taken == most || ReferenceEquals(last, end)))
                {
                    Volatile.Write(ref _head, next);
                    Volatile.Write(ref last.Next, null);
                    taken++;
                    break;
                }

                last = next;
            }

            _taken += taken - 1;
            return first;
        }
    }

    /// <summary>Empties the queue of a scheduler that runs no tasks any more: those that have not begun end as aborted.</summary>
    internal void KillUnlisted()
    {
        TaskHeader? task = PopChain(int.MaxValue);
        while (task is not null)
        {
            TaskHeader? next = task.Next;
            task.Next = null;
            task.KillUnlessListed();
            task = next;
        }
    }

    /// <summary>Adds the tasks that are queued, at some moment. Any thread.</summary>
    /// <param name="tasks">Where to add them.</param>
    internal void CopyTo(HashSet<TaskHeader> tasks)
    {
        using (_lock.EnterScope())
        {
            for (TaskHeader? task = Volatile.Read(ref _head); task is not null; task = Volatile.Read(ref task.Next)) // ORDERING: acquire, as in First.
            {
                tasks.Add(task);
            }
        }
    }

    // Precondition: the lock is held.
    private TaskHeader? First()
    {
        SpinWait spin = default;
        while (true)
        {
            if (Volatile.Read(ref _head) is { } head) // ORDERING: acquire, pairs with PushChain.
            {
                return head;
            }

            if (IsEmpty)
            {
                return null;
            }

            spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    // The task behind this one; null when it was the last, and then the queue is empty. Precondition: the lock is held.
    private TaskHeader? Following(TaskHeader task)
    {
        TaskHeader? next = Volatile.Read(ref task.Next); // ORDERING: acquire, pairs with PushChain.
        if (next is not null)
        {
            return next;
        }

        Volatile.Write(ref _head, null); // ORDERING: HEAD; before the tail is null and a push may write the head.
        if (ReferenceEquals(Interlocked.CompareExchange(ref _tail.Task, null, task), task)) // ORDERING: TAIL.
        {
            return null;
        }

        SpinWait spin = default;
        while ((next = Volatile.Read(ref task.Next)) is null)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }

        return next;
    }

    /// <summary>On cache lines of its own: whoever pushes writes it, and is not to wait for who pops.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Tail
    {
        [FieldOffset(64)]
        internal TaskHeader? Task;
    }
}
