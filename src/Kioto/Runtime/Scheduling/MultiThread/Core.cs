using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>What a worker owns while it runs: its queues, its place in the idle set, its list of tasks.</summary>
/// <remarks>
/// INVARIANT: touched only by the thread that holds the core (see <see cref="CoreHold"/>), except where a member says
/// otherwise. A core is held by one thread, or is on its way to one that has been seated with it (see <see cref="Crew"/>).
/// </remarks>
internal sealed class Core
{
    // So many overflowing tasks go to the shared queue together.
    private const int SpillBatch = 64;

    internal readonly MultiThreadScheduler Scheduler;
    internal readonly int Index;

    /// <summary>Thieves take from it.</summary>
    internal readonly LocalQueue Ring = new();

    /// <summary>Any thread unparks it.</summary>
    internal readonly WorkerParker Parker;

    /// <summary>Any thread removes from it and walks it.</summary>
    internal readonly TaskSlab Slab = new();

    /// <summary>The context of the thread that holds it; null while it is on its way to one. INVARIANT: written under the hand-off lock.</summary>
    internal Ambient? Holder;

    /// <summary>The thread that is to take it, and has not begun to. INVARIANT: under the hand-off lock.</summary>
    internal WorkerThread? Seat;

    /// <summary>While it is vacant: the context of the thread that it has left. INVARIANT: under the hand-off lock.</summary>
    internal Ambient? LeftBy;

    /// <summary>The task that was woken last: it runs next, while its data is in the cache.</summary>
    internal TaskHeader? Lifo;

    /// <summary>Whether it has a slot for that at all.</summary>
    internal readonly bool HasLifo;

    /// <summary>Whether it is used: not for a while where tasks have woken one another in turn.</summary>
    internal bool LifoEnabled;

    internal bool Searching;

    /// <summary>Whether the driver is being polled: its wakes are announced together when it has been.</summary>
    internal bool Batching;

    /// <summary>Whether new tasks go to the shared queue, behind those of ours that overflowed into it.</summary>
    internal bool Overflowing;

    /// <summary>Tasks on their way to the shared queue, gathered so that its lock is taken once for many.</summary>
    internal TaskHeader? SpillHead;

    internal TaskHeader? SpillTail;

    internal int SpillCount;

    /// <summary>Pushes during the current poll.</summary>
    internal uint Pushes;

    /// <summary>Whether a task was pushed after the last fenced look at the idle set.</summary>
    internal bool Unannounced;

    internal uint Tick;

    /// <summary>
    /// Its figures. Others read them; while the number of polls stays the same, the same poll goes on, or none.
    /// </summary>
    internal WorkerCounters Counters;

    /// <summary>Whether the tasks of the slab have been aborted, because the runtime is closing.</summary>
    internal bool Swept;

    // When this core last told others of a task that it could have kept to itself, in milliseconds.
    private long _toldAt;

    // How many it has kept to itself, or told of.
    private uint _kept;

    private ulong _random;

    internal Core(MultiThreadScheduler scheduler, int index, WorkerParker parker, bool hasLifo, ulong seed)
    {
        Scheduler = scheduler;
        Index = index;
        Parker = parker;
        HasLifo = hasLifo;
        LifoEnabled = hasLifo;
        _random = (seed + ((ulong)index * 0x9E3779B97F4A7C15)) | 1;
    }

    internal bool HasTasks => Lifo is not null || Ring.Count > 0 || SpillCount > 0;

    /// <summary>Adds the tasks that wait or run here, at some moment. Any thread: it may see some that have left.</summary>
    /// <param name="tasks">Where to add them.</param>
    internal void CopyQueuedTo(HashSet<TaskHeader> tasks)
    {
        Ring.CopyTo(tasks);
        if (Volatile.Read(ref Lifo) is { } lifo) // ORDERING: none, a moment's picture.
        {
            tasks.Add(lifo);
        }

        // Behind the last one: nothing, or what has gone to the shared queue meanwhile.
        TaskHeader? spilled = Volatile.Read(ref SpillHead); // ORDERING: as above.
        for (int i = 0; i < SpillBatch && spilled is not null; i++)
        {
            tasks.Add(spilled);
            spilled = Volatile.Read(ref spilled.Next); // ORDERING: as above.
        }

        Scheduler.AddPolled(Volatile.Read(ref Holder), tasks);
    }

    /// <summary>A cheap pseudo-random number below the bound (xorshift).</summary>
    /// <param name="bound">The bound, more than 0.</param>
    /// <returns>The number.</returns>
    internal int NextRandom(int bound)
    {
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        return (int)((_random >> 32) * (ulong)bound >> 32);
    }

    /// <summary>A thread begins to run it, which may have been given it in the middle of another one's poll.</summary>
    internal void Begin()
    {
        if (SpillCount > 0)
        {
            FlushSpill();
        }

        Unannounced |= HasTasks;
    }

    /// <summary>Puts the task of the LIFO slot behind the others, where thieves find it until somebody runs the core.</summary>
    internal void HandInLifo()
    {
        if (Lifo is { } lifo)
        {
            Lifo = null;
            PushBack(lifo);
            Unannounced = true;
        }
    }

    /// <summary>Hands all tasks to the shared queue: for as long as nobody runs the core, only searchers would find them here.</summary>
    internal void HandOverTasks()
    {
        while (Ring.Pop() is { } task)
        {
            Spill(task);
        }

        if (Lifo is { } lifo)
        {
            Lifo = null;
            Spill(lifo);
        }

        if (SpillCount > 0)
        {
            FlushSpill();
        }
    }

    /// <summary>
    /// Whether a task that would be alone in the ring may be kept to this worker, see docs/decisions/0065: the slot is off
    /// for a while, and others were told of such a task in this millisecond. One in four looks at the clock.
    /// </summary>
    /// <returns>Whether nobody need be told of it before this poll has ended.</returns>
    internal bool MayKeepToItself()
    {
        if (!HasLifo || LifoEnabled || Batching || Overflowing || Ring.Count > 0)
        {
            return false;
        }

        if ((_kept++ & 3) == 0 && CoarseClock.Now is var now && now != _toldAt)
        {
            _toldAt = now;
            return false;
        }

        return true;
    }

    /// <summary>
    /// Whether the slot may go on being used although it is some other task's turn: there is none, and this is not the
    /// moment at which others are told of the next one, see <see cref="MayKeepToItself"/>.
    /// </summary>
    /// <returns>Whether nobody is deprived.</returns>
    internal bool MayGoOnInSlot()
    {
        if (Overflowing || SpillCount > 0 || Ring.Count > 0 || ((_kept & 3) == 0 && CoarseClock.Now != _toldAt))
        {
            return false;
        }

        _kept++;
        return true;
    }

    /// <summary>Adds at the back: of the ring, or of the shared queue while that holds what overflowed from here.</summary>
    /// <param name="task">A notified task.</param>
    internal void PushBack(TaskHeader task)
    {
        if (!Overflowing && Ring.TryPush(task))
        {
            return;
        }

        if (Overflowing && SpillCount == 0 && Scheduler.Inject.IsEmpty)
        {
            Overflowing = false;
            if (Ring.TryPush(task))
            {
                return;
            }
        }

        Spill(task);
    }

    /// <summary>Hands gathered tasks to the shared queue.</summary>
    internal void FlushSpill()
    {
        Scheduler.Inject.PushChain(SpillHead!, SpillTail!);
        SpillHead = null;
        SpillTail = null;
        SpillCount = 0;
    }

    // Arrival order is kept: while older tasks of ours wait in the shared queue, newer ones go behind them.
    private void Spill(TaskHeader task)
    {
        if (!task.TryPutDown())
        {
            return;
        }

        Overflowing = true;
        Counters.Overflows++;
        task.Next = null;
        if (SpillTail is null)
        {
            SpillHead = task;
        }
        else
        {
            SpillTail.Next = task;
        }

        SpillTail = task;
        if (++SpillCount >= SpillBatch)
        {
            FlushSpill();
        }
    }
}
