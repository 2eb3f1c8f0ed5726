using System;
using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>Several workers, each with a ring of its own, that steal from one another.</summary>
/// <remarks>
/// INVARIANT, FOUND: a live task is in a queue, or in the hands of a worker, or in a list of live tasks: it enters the
/// list when it is to be idle for the first time, and most tasks end before that. (A poll that has lost its core is in
/// the hands of its thread: Crew knows those.) A shutdown finds those in the lists
/// by sweeping them, and those that have not begun because workers empty the queues before they end.
/// </remarks>
internal sealed class MultiThreadScheduler : RuntimeScheduler
{
    /// <summary>How long a worker sleeps at most while the runtime is shutting down.</summary>
    internal const long ShutdownPollNanos = 2_000_000;

    // A slot is a place and its owner: a core, or the list of tasks that were registered on other threads.
    private const int OwnerBits = 16;
    private const int RemoteOwner = (1 << OwnerBits) - 1;

    internal readonly Core[] Cores;

    /// <summary>The cores' rings and lists of tasks. To find them others need not touch a core, which its worker writes all the time.</summary>
    internal readonly LocalQueue[] Rings;
    private readonly TaskSlab[] _slabs;

    internal readonly InjectQueue Inject = new();

    /// <summary>The ready tasks of the background class: of all workers, and of other threads.</summary>
    internal readonly BackgroundQueue Background;
    internal readonly IdleSet Idle;

    private readonly Lock _remoteLock = new();
    private readonly TaskSlab _remoteSlab = new();
    private int _running;
    private int _relays;

    // INVARIANT: written under the remote lock; workers read it before they add a task to their own list.
    private bool _closed;

    // INVARIANT: set by the last worker before it empties the queues for the last time. ORDERING: full fences between
    // this write and that, and between a spawner's push and its read: who comes second empties the queue.
    private bool _over;

    internal MultiThreadScheduler(RuntimeOptions options)
        : base(options, options.WorkerThreads + 1)
    {
        int workers = options.WorkerThreads;
        Idle = new IdleSet(workers);
        Background = new BackgroundQueue(Driver.Timers.Clock, options.BackgroundMaxWaitNanos);
        Cores = new Core[workers];
        Rings = new LocalQueue[workers];
        _slabs = new TaskSlab[workers];
        _running = workers;
        for (int i = 0; i < workers; i++)
        {
            ulong seed = Seeds?.OfWorker(i) ?? (ulong)Random.Shared.NextInt64();
            Cores[i] = new Core(this, i, new WorkerParker(Driver), options.LifoSlot, seed);
            Rings[i] = Cores[i].Ring;
            _slabs[i] = Cores[i].Slab;
        }

        Crew = new Crew(this);
        foreach (Core core in Cores)
        {
            Crew.StartWorker(core);
        }

        Watchdog = Watchdog.Start(this);
    }

    /// <summary>The threads that run the cores, and those in reserve.</summary>
    internal Crew Crew { get; }

    /// <summary>Null in models.</summary>
    internal Watchdog? Watchdog { get; }

    internal override bool IsClosed => Volatile.Read(ref _closed); // ORDERING: pairs with Close.

    internal int WorkerCount => Cores.Length;

    /// <summary>Whether what is read here comes back by way of .NET's thread pool: then workers go on with it before they read more.</summary>
    /// <remarks>Positive, not merely other than zero: a connection that goes while it begins may be taken off before it is counted.</remarks>
    internal bool IsRelaying => Volatile.Read(ref _relays) > 0; // ORDERING: none, seen late it is heeded late.

    /// <summary>A connection has come whose requests are started on .NET's thread pool, see docs/decisions/0090. Any thread.</summary>
    internal void BeginRelaying() => Interlocked.Increment(ref _relays);

    /// <summary>It has gone.</summary>
    internal void EndRelaying() => Interlocked.Decrement(ref _relays);

    internal override bool IsWorker(Ambient ambient) => ReferenceEquals(ambient.Home, this);

    internal override int WorkerIndex(Ambient ambient) =>
        ambient.Hold.Core is Core core && ReferenceEquals(core.Scheduler, this) ? core.Index : -1;

    internal override List<TaskHeader> LiveTasks()
    {
        // A task goes from queue to queue, then into the slab of the core that polls it first, and stays there: so queues
        // are read before slabs, and twice, for one that goes over meanwhile to a queue that was read already. One that
        // is on its way from a queue to its first poll is in neither: who must not miss it looks at the count.
        HashSet<TaskHeader> tasks = [];
        for (int look = 0; look < 2; look++)
        {
            Inject.CopyTo(tasks);
            Background.CopyTo(tasks);
            foreach (Core core in Cores)
            {
                core.CopyQueuedTo(tasks);
            }
        }

        Crew.CopyStrayTo(tasks);
        tasks.UnionWith(_remoteSlab.Snapshot());
        foreach (Core core in Cores)
        {
            tasks.UnionWith(core.Slab.Snapshot());
        }

        tasks.RemoveWhere(static task => task.Status.IsComplete);
        return [.. tasks];
    }

    /// <summary>Adds the task that a thread polls, at some moment. Any thread.</summary>
    /// <param name="poller">The thread's context.</param>
    /// <param name="tasks">Where to add it.</param>
    internal void AddPolled(Ambient? poller, HashSet<TaskHeader> tasks)
    {
        if (PolledTask.Find(poller, this) is { } task)
        {
            tasks.Add(task);
        }
    }

    internal override bool TrySpawn(TaskHeader task, Ambient ambient)
    {
        if (Volatile.Read(ref _closed)) // ORDERING: seen late, the task is found in its queue.
        {
            return false;
        }

        if (task.IsBackground)
        {
            ScheduleBackground(task, ambient);
            if (Volatile.Read(ref _over)) // ORDERING: as below.
            {
                Background.KillUnlisted();
            }

            return true;
        }

        if (ambient.Hold.Enter() is Core core && ReferenceEquals(core.Scheduler, this))
        {
            ScheduleLocal(core, task, ambient.Completing);
            ambient.Hold.Leave();
            return true;
        }

        ambient.Hold.Leave();
        Counts?.Remote(ambient);
        PushShared(task);
        if (Volatile.Read(ref _over)) // ORDERING: the push was a full fence; pairs with OnWorkerExit's.
        {
            Inject.KillUnlisted();
        }

        return true;
    }

    /// <summary>Gives a bridge its place. It is part of a task that lives, and suspended already.</summary>
    /// <param name="task">The bridge.</param>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>False when the runtime is closed, and this thread is none of its workers.</returns>
    internal override bool TryRegister(TaskHeader task, Ambient ambient)
    {
        if (ambient.Hold.Enter() is Core core && ReferenceEquals(core.Scheduler, this))
        {
            // It may be cleanup: this worker does not end before it.
            Register(core, task);
            ambient.Hold.Leave();
            return true;
        }

        ambient.Hold.Leave();
        using (_remoteLock.EnterScope())
        {
            if (_closed)
            {
                return false;
            }

            RegisterRemotely(task);
            return true;
        }
    }

    internal override void RegisterSuspended(TaskHeader task, Ambient ambient)
    {
        if (ambient.Hold.Enter() is Core core && ReferenceEquals(core.Scheduler, this))
        {
            // Before this worker sees the closing flag and sweeps its list, on this thread: no task begins after it.
            Register(core, task);
            ambient.Hold.Leave();
            return;
        }

        ambient.Hold.Leave();
        bool closed;
        using (_remoteLock.EnterScope())
        {
            RegisterRemotely(task);
            closed = _closed;
        }

        if (closed)
        {
            // That list has been swept. ORDERING: a full fence after the list; pairs with OnWorkerExit's.
            if (Array.IndexOf(Exempt, task) < 0)
            {
                task.Abort();
            }

            if (Volatile.Read(ref _over))
            {
                task.KillUnlessRunning(); // It runs here: it is dropped when its poll has ended, which it has.
            }
        }
    }

    internal override void Unregister(TaskHeader task, Ambient ambient)
    {
        int owner = (int)(task.Slot & RemoteOwner);
        int place = (int)(task.Slot >> OwnerBits);
        if (owner == RemoteOwner)
        {
            _remoteSlab.RemoveRemote(place);
        }
        else
        {
            bool isOwn = ambient.Hold.Enter() is Core core && core.Index == owner && ReferenceEquals(core.Scheduler, this);
            if (isOwn)
            {
                _slabs[owner].RemoveLocal(place);
            }

            ambient.Hold.Leave();
            if (!isOwn)
            {
                _slabs[owner].RemoveRemote(place);
            }
        }
    }

    internal override void Schedule(TaskHeader task, Ambient ambient)
    {
        if (task.IsBackground)
        {
            ScheduleBackground(task, ambient);
            return;
        }

        if (ambient.Hold.Enter() is Core core && ReferenceEquals(core.Scheduler, this))
        {
            ScheduleLocal(core, task, ambient.Completing);
            ambient.Hold.Leave();
            return;
        }

        ambient.Hold.Leave();
        Counts?.Remote(ambient);
        PushShared(task);
    }

    /// <summary>Adds a task behind the others of this worker, and wakes another worker if none searches.</summary>
    /// <remarks>
    /// The fence costs as much as the push. The first push of a poll and every eighth have it; one between them that
    /// loses the race with a worker who goes to sleep is made good at the end of the poll (Core.Unannounced), or sooner
    /// by whoever took the first: the last searcher that finds a task wakes another worker if there is more.
    /// </remarks>
    /// <param name="core">The current thread's core.</param>
    /// <param name="task">A notified task.</param>
    internal void PushBack(Core core, TaskHeader task)
    {
        core.PushBack(task);
        if (core.Batching)
        {
            return;
        }

        if ((core.Pushes++ & 7) == 0 || Idle.MayNeedWake)
        {
            NotifyParked();
        }
        else
        {
            core.Unannounced = true;
        }
    }

    // The push's exchange is the fence between the queue and the look at the idle set: a second one would be a tenth of
    // what a spawn from outside costs.
    private void PushShared(TaskHeader task)
    {
        Inject.Push(task);
        if (Idle.MayNeedWake)
        {
            NotifyParked();
        }
    }

    internal void NotifyParked()
    {
        int worker = Idle.WorkerToNotify();
        if (worker >= 0)
        {
            Cores[worker].Parker.Unpark();
            Watchdog?.Rouse();
        }
    }

    /// <summary>If nobody holds the driver, makes somebody who sleeps elsewhere sleep on it. Any thread.</summary>
    /// <remarks>
    /// INVARIANT, DRIVER: who goes to sleep is among the sleepers, then (their lock is a fence) looks whether the driver
    /// is held. Who has let go of it looks for sleepers after a fence: one of the two sees the other.
    /// </remarks>
    /// <returns>Whether the driver is held, or will be by who was woken.</returns>
    internal bool HandOverDriver()
    {
        Interlocked.MemoryBarrier(); // ORDERING: DRIVER.
        if (Driver.IsHeld)
        {
            return true;
        }

        int sleeper = Idle.AnySleeper();
        if (sleeper < 0)
        {
            return false;
        }

        // It stays among the sleepers: it finds nothing to do and goes to sleep again, where there is room now.
        Cores[sleeper].Parker.Unpark();
        return true;
    }

    /// <summary>
    /// Who goes to sleep while nobody searches, and who was the last to search, looks once more: a producer may have woken
    /// nobody. Its change of the idle word is the fence before this look.
    /// </summary>
    internal void NotifyIfWorkPending()
    {
        if (IsAnythingQueued())
        {
            NotifyParked();
        }
    }

    /// <summary>Whether anything is in the queues of all workers, of either class.</summary>
    internal bool HasSharedTasks => !Inject.IsEmpty || !Background.IsEmpty;

    // The shared queue first: what has left it by then is in a ring (INVARIANT, VISIBLE).
    private bool IsAnythingQueued()
    {
        if (HasSharedTasks)
        {
            return true;
        }

        foreach (LocalQueue ring in Rings)
        {
            if (ring.Count > 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Queues a task that a worker has let go of, behind its class, and leaves it to that worker to tell others.</summary>
    /// <param name="core">The worker's core.</param>
    /// <param name="task">A notified task.</param>
    internal void Requeue(Core core, TaskHeader task)
    {
        if (task.IsBackground)
        {
            if (task.TryPutDown())
            {
                core.Counters.Background++;
                Background.Push(task);
            }
        }
        else
        {
            core.Counters.Pushes++;
            core.PushBack(task);
        }
    }

    /// <summary>Queues a task that a thread without a core has let go of.</summary>
    /// <param name="task">A notified task.</param>
    /// <param name="ambient">The current thread's context.</param>
    internal void RequeueRemotely(TaskHeader task, Ambient ambient)
    {
        if (task.IsBackground)
        {
            Counts?.RemoteBackground(ambient);
            Background.Push(task);
        }
        else
        {
            Inject.Push(task);
            Counts?.Remote(ambient);
        }

        NotifyParked();
    }

    internal override bool AllWorkersSleep => Idle.AllSleep;

    internal override WorkerMetrics ReadWorker(int index)
    {
        Core core = Cores[index];
        ref WorkerCounters counters = ref core.Counters;
        return counters.Read(index) with
        {
            // ORDERING: a moment's picture.
            LocalScheduleCount = Volatile.Read(ref counters.Pushes),
            LocalQueueDepth = core.Ring.Count + (Volatile.Read(ref core.Lifo) is null ? 0 : 1),
        };
    }

    // What has left is read first: it was put in before. ORDERING: a moment's picture.
    internal override long SharedQueueDepth()
    {
        long taken = Inject.Taken;
        long put = Counts?.Sum().Remote ?? 0;
        foreach (Core core in Cores)
        {
            put += Volatile.Read(ref core.Counters.Overflows);
        }

        return long.Max(0, put - taken);
    }

    // As above: what has left is read first.
    internal override long BackgroundQueueDepth()
    {
        long taken = Background.Taken;
        long put = Counts?.Sum().RemoteBackground ?? 0;
        foreach (Core core in Cores)
        {
            put += Volatile.Read(ref core.Counters.Background);
        }

        return long.Max(0, put - taken);
    }

    internal override void BlockOn(BlockOnStrand strand) => strand.RunOnThread(this);

    /// <summary>Whether the worker's loop is to end. Sweeps the worker's tasks once the runtime is closed.</summary>
    /// <param name="core">The worker's core.</param>
    /// <param name="ambient">The worker's context.</param>
    /// <returns>True when no task is alive any more, or the grace is over.</returns>
    internal bool ShouldExit(Core core, Ambient ambient)
    {
        if (!Volatile.Read(ref _closed)) // ORDERING: a worker that sees it late sweeps late.
        {
            return false;
        }

        // Also on a thread that has taken over a core which another one has swept.
        ambient.Closing = this;
        if (!core.Swept)
        {
            core.Swept = true;
            core.Slab.AbortAll(Exempt);
        }

        // Looking at every list is dear: not at each of many short polls.
        return core.HasTasks
            ? core.Tick % 61 == 0 && GraceIsOver()
            : NothingIsLeft() || GraceIsOver();
    }

    internal void OnWorkerExit(Core core)
    {
        if (Interlocked.Decrement(ref _running) == 0) // ORDERING: full fence: the last one sees all that the others did.
        {
            Watchdog?.Stop();
            Volatile.Write(ref _over, true);
            Interlocked.MemoryBarrier(); // ORDERING: see _over.
            KillRemaining();
            CloseDriver();
            DisposeDriver();
            Crew.Close();
            SetEnded();
        }
    }

    private protected override void Close(long graceNanos)
    {
        KillBy(Clock.Now + graceNanos);
        using (_remoteLock.EnterScope())
        {
            Volatile.Write(ref _closed, true);
        }

        // The list of foreign threads' tasks is final now. The workers sweep their own once more, for what they add
        // meanwhile; but a worker may be stuck in a task that never yields, and the others can clean up its tasks.
        _remoteSlab.AbortAll(Exempt);
        foreach (Core core in Cores)
        {
            core.Slab.AbortAll(Exempt);
            core.Parker.Unpark();
        }
    }

    private static void Register(Core core, TaskHeader task) =>
        task.Slot = ((long)core.Slab.Add(task) << OwnerBits) | (uint)core.Index;

    // Precondition: the remote lock is held.
    private void RegisterRemotely(TaskHeader task) => task.Slot = ((long)_remoteSlab.Add(task) << OwnerBits) | RemoteOwner;

    private void ScheduleLocal(Core core, TaskHeader task, bool behindOthers)
    {
        core.Counters.Pushes++;
        if (!core.LifoEnabled || (behindOthers && core.Ring.Count > 0))
        {
            ScheduleBehind(core, task);
            return;
        }

        TaskHeader? previous = core.Lifo;
        core.Lifo = task;
        if (previous is not null)
        {
            PushBack(core, previous);
        }
    }

    // Tasks that wake one another in turn have lost the slot for a while. A task that is alone in the ring waits for this
    // worker as it would in the slot: another worker, woken for it, would find it gone or carry it off from its partner.
    // Once in a millisecond it is told all the same: the two may compute for long beside their talk.
    private void ScheduleBehind(Core core, TaskHeader task)
    {
        if (core.MayKeepToItself())
        {
            core.PushBack(task);
            core.Unannounced = true;
            return;
        }

        PushBack(core, task);
    }

    // What the driver wakes is announced when it has been polled, as in PushBack.
    private void ScheduleBackground(TaskHeader task, Ambient ambient)
    {
        Background.Push(task);
        bool batching = false;
        if (ambient.Hold.Enter() is Core core && ReferenceEquals(core.Scheduler, this))
        {
            core.Counters.Background++;
            batching = core.Batching;
            ambient.Hold.Leave();
        }
        else
        {
            ambient.Hold.Leave();
            Counts?.RemoteBackground(ambient);
        }

        if (!batching && Idle.MayNeedWake) // The push's exchange is the fence, as in PushShared.
        {
            NotifyParked();
        }
    }

    private bool GraceIsOver() => Clock.Now >= KillAt;

    // What another worker holds, or is stealing, that worker looks after. Polls that have lost their core come first: what
    // they let go of is in the shared queue or in a list before they count no more.
    private bool NothingIsLeft()
    {
        if (Crew.HasStrayPolls || IsAnythingQueued())
        {
            return false;
        }

        foreach (TaskSlab slab in _slabs)
        {
            if (!slab.IsEmpty())
            {
                return false;
            }
        }

        return _remoteSlab.IsEmpty();
    }

    // The watchdog may be looking at it. Never released: whoever comes later does without.
    private void DisposeDriver()
    {
        SpinWait spin = default;
        while (!Driver.TryAcquire())
        {
            spin.SpinOnce();
        }

        Driver.Driver.Dispose();
    }

    // No core runs any more: what is left is dropped, so that nobody waits for it for ever. But threads may still be
    // stuck in polls that they have begun with a core.
    private void KillRemaining()
    {
        BeforeKill();
        _remoteSlab.KillAll();
        foreach (Core core in Cores)
        {
            core.Slab.KillAll();
            core.Lifo?.KillUnlessListed();
            core.Lifo = null;
            while (core.Ring.Pop() is { } task)
            {
                task.KillUnlessListed();
            }
        }

        Inject.KillUnlisted();
        Background.KillUnlisted();
    }
}
