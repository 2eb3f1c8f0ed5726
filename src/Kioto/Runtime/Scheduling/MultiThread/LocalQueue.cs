using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>A worker's ring of ready tasks: its owner pushes and pops, other workers steal half of it at a time.</summary>
/// <remarks>
/// The design is Tokio's. The head packs two positions: <c>steal</c>, from which a thief is still copying, and
/// <c>real</c>, the next to pop; they differ only while a thief copies, and then no other thief may begin.
/// INVARIANT, OWNER: only the owner writes <c>_tail</c>, and a slot in [real, tail) is written only by its push.
/// INVARIANT, SPACE: tail - steal is at most the capacity, so a slot that a thief still reads is never overwritten.
/// INVARIANT, CLAIM: a position belongs to who moved <c>real</c> past it by a compare-exchange, once.
/// Positions are 32 bits and wrap; they are compared by difference only.
/// </remarks>
internal sealed class LocalQueue
{
#if KIOTO_MODEL
    internal const int Capacity = 4;
#else
    internal const int Capacity = 256;
#endif
    private const uint Mask = Capacity - 1;

    private readonly Slot[] _slots = new Slot[Capacity];

    // INVARIANT: changed by compare-exchange only, by the owner (pop) and by one thief at a time.
    private ulong _head;

    // INVARIANT: written by the owner (release, after the slot), read by thieves (acquire).
    private uint _tail;

#if KIOTO_MODEL
    internal LocalQueue(uint position = 0)
    {
        _head = Pack(position, position);
        _tail = position;
    }
#endif

    /// <summary>How many tasks can be popped, at some moment. Any thread.</summary>
    internal int Count
    {
        get
        {
            ulong head = Volatile.Read(ref _head); // ORDERING: a hint; whoever parks re-reads after a fence.
            return (int)(Volatile.Read(ref _tail) - Real(head));
        }
    }

    /// <summary>How many pushes are sure to succeed. Owner only.</summary>
    internal int Free => Capacity - (int)(Volatile.Read(ref _tail) - Steal(Volatile.Read(ref _head))); // ORDERING: acquire; a thief's copy is done.

    /// <summary>Adds the tasks that wait here, at some moment. Any thread: it may see some that have left.</summary>
    /// <param name="tasks">Where to add them.</param>
    internal void CopyTo(HashSet<TaskHeader> tasks)
    {
        for (int i = 0; i < Capacity; i++)
        {
            if (_slots[i].Task is { } task)
            {
                tasks.Add(task);
            }
        }
    }

    /// <summary>Adds at the back. Owner only.</summary>
    /// <param name="task">A notified task.</param>
    /// <returns>False when the ring is full.</returns>
    internal bool TryPush(TaskHeader task)
    {
        uint tail = Volatile.Read(ref _tail); // ORDERING: none, it is ours; by Volatile like every access of the tail.
        ulong head = Volatile.Read(ref _head); // ORDERING: acquire, pairs with the thief's second compare-exchange.
        if (tail - Steal(head) >= Capacity)
        {
            return false;
        }

        _slots[tail & Mask].Task = task;
        Volatile.Write(ref _tail, tail + 1); // ORDERING: release of the slot; pairs with the thief's read of the tail.
        return true;
    }

    /// <summary>Takes from the front. Owner only.</summary>
    /// <returns>A task, or null when the ring is empty.</returns>
    internal TaskHeader? Pop()
    {
        ulong head = Volatile.Read(ref _head);
        while (true)
        {
            uint real = Real(head);
            if (real == Volatile.Read(ref _tail))
            {
                return null;
            }

            // While a thief copies, steal stays where it is; else both move together.
            ulong next = Steal(head) == real ? Pack(real + 1, real + 1) : Pack(Steal(head), real + 1);
            ulong seen = Interlocked.CompareExchange(ref _head, next, head); // ORDERING: CLAIM.
            if (seen == head)
            {
                ref Slot slot = ref _slots[real & Mask];
                TaskHeader? task = slot.Task;
                slot.Task = null;
                return task;
            }

            head = seen;
        }
    }

    /// <summary>Moves half of this ring into another worker's. Called by the owner of the other one.</summary>
    /// <param name="into">The thief's own ring.</param>
    /// <param name="count">How many were stolen.</param>
    /// <returns>One of the stolen tasks, to be run now, or null when there was nothing to steal.</returns>
    internal TaskHeader? StealInto(LocalQueue into, out uint count)
    {
        count = 0;
        uint intoTail = Volatile.Read(ref into._tail);
        if (intoTail - Steal(Volatile.Read(ref into._head)) > Capacity / 2)
        {
            return null; // Someone is still stealing from the thief: there might be no room for half a ring.
        }

        count = Claim(out uint first, out ulong head);
        if (count == 0)
        {
            return null;
        }

        for (uint i = 0; i < count; i++)
        {
            ref Slot from = ref _slots[(first + i) & Mask];
            into._slots[(intoTail + i) & Mask].Task = from.Task;
            from.Task = null;
        }

        FinishSteal(head);

        // The last one is returned instead of published.
        uint last = intoTail + count - 1;
        TaskHeader? task = into._slots[last & Mask].Task;
        into._slots[last & Mask].Task = null;
        if (count > 1)
        {
            Volatile.Write(ref into._tail, last); // ORDERING: release of the copied slots.
        }

        return task;
    }

    private static uint Steal(ulong head) => (uint)(head >> 32);

    private static uint Real(ulong head) => (uint)head;

    private static ulong Pack(uint steal, uint real) => ((ulong)steal << 32) | real;

    private uint Claim(out uint first, out ulong next)
    {
        ulong head = Volatile.Read(ref _head);
        while (true)
        {
            first = Real(head);
            next = head;
            if (Steal(head) != first)
            {
                return 0; // Another thief is at work.
            }

            uint count = Volatile.Read(ref _tail) - first; // ORDERING: acquire, pairs with TryPush's release.
            count -= count / 2;

            // The head may be older than the tail: then the compare-exchange fails, but the difference can be anything.
            if (count == 0 || count > Capacity / 2)
            {
                ulong now = Volatile.Read(ref _head);
                if (count == 0 || now == head)
                {
                    return 0;
                }

                head = now;
                continue;
            }

            next = Pack(first, first + count);
            ulong seen = Interlocked.CompareExchange(ref _head, next, head); // ORDERING: CLAIM.
            if (seen == head)
            {
                return count;
            }

            head = seen;
        }
    }

    private void FinishSteal(ulong head)
    {
        while (true)
        {
            // The owner may have popped meanwhile: real has moved on, steal has not.
            ulong seen = Interlocked.CompareExchange(ref _head, Pack(Real(head), Real(head)), head); // ORDERING: release of the copied slots, pairs with TryPush.
            if (seen == head)
            {
                return;
            }

            head = seen;
        }
    }

    /// <summary>A wrapper, so that storing into the array needs no covariance check.</summary>
    private struct Slot
    {
#if KIOTO_MODEL
        private TaskHeader? _task;

        /// <summary>A plain field for all but the model checker, which must see who reads it when.</summary>
        internal TaskHeader? Task
        {
            readonly get => Volatile.Read(in _task);
            set => Volatile.Write(ref _task, value);
        }
#else
        internal TaskHeader? Task;
#endif
    }
}
