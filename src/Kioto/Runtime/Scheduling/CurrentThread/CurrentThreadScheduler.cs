using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>One thread at a time runs everything: whichever is inside BlockOn and holds the core.</summary>
/// <remarks>
/// Tasks make progress only while some thread is in BlockOn. When several are, one holds the core; when it leaves,
/// another takes over. INVARIANT: the fields marked "core" are touched only by the thread that holds the core, which
/// passes from thread to thread under the lock.
/// </remarks>
internal sealed partial class CurrentThreadScheduler : RuntimeScheduler
{
    private readonly int _eventInterval;
    private readonly int _sharedInterval;
    private readonly ThreadHooks? _parkHooks;

    // As one worker of several: those that end together, and which one it is. Else null and 0.
    private readonly WorkerGroup? _group;
    private readonly int _index;

    // The thread of a LocalRuntime; null where any thread may drive.
    private readonly Ambient? _boundTo;
    private readonly InjectQueue _inject = new();
    private readonly BackgroundQueue _background;
    private readonly TaskSlab _slab = new();
    private readonly TaskSlab _remoteSlab = new();
    private readonly Lock _lock = new();
    private readonly List<BlockOnStrand> _waiting = [];

    // INVARIANT: 1 while the core's holder sleeps on the driver, or is about to.
    private int _sleeping;

    // INVARIANT: the holder's ambient context; written under the lock.
    private Ambient? _holder;

    // Core.
    private TaskFifo _queue;
    private int _ticksToShared;
    private BackgroundPicks _backgroundPicks;
    private WorkerCounters _counters;

    private bool _swept;
    private bool _drained;
    private bool _finished;

    // INVARIANT: written under the lock.
    private bool _closed;

    /// <summary>Makes a runtime that runs on whoever calls BlockOn.</summary>
    /// <param name="options">What the builder was given.</param>
    /// <param name="boundTo">The only thread that may drive it; null for any.</param>
    internal CurrentThreadScheduler(RuntimeOptions options, Ambient? boundTo = null)
        : base(options, 1)
    {
        _boundTo = boundTo;
        _eventInterval = options.EventInterval;
        _ticksToShared = _sharedInterval = options.GlobalQueueInterval;
        _background = new BackgroundQueue(Driver.Timers.Clock, options.BackgroundMaxWaitNanos);
        _backgroundPicks = new BackgroundPicks(_background, options.BackgroundInterval);
        _parkHooks = ThreadHooks is { ObservesParking: true } hooks ? hooks : null;
    }

    /// <summary>Makes one worker of several. Its thread calls <see cref="RunWorker"/>.</summary>
    /// <param name="options">What the builder was given.</param>
    /// <param name="root">The runtime.</param>
    /// <param name="group">Those that end together.</param>
    /// <param name="index">Which one it is.</param>
    internal CurrentThreadScheduler(RuntimeOptions options, RuntimeScheduler root, WorkerGroup group, int index)
        : base(options, 1, root)
    {
        _group = group;
        _index = index;
        _eventInterval = options.EventInterval;
        _ticksToShared = _sharedInterval = options.GlobalQueueInterval;
        _background = new BackgroundQueue(Driver.Timers.Clock, options.BackgroundMaxWaitNanos);
        _backgroundPicks = new BackgroundPicks(_background, options.BackgroundInterval);
        _parkHooks = ThreadHooks is { ObservesParking: true } hooks ? hooks : null;
    }

    internal override bool IsClosed => Volatile.Read(ref _closed); // ORDERING: pairs with Close.

    /// <summary>Whether it is a LocalRuntime's.</summary>
    internal bool IsLocal => _boundTo is not null;

    // ORDERING: only the thread itself can make this true or false for it.
    private bool HoldsCore(Ambient ambient) => ReferenceEquals(Volatile.Read(ref _holder), ambient);

    internal override bool IsWorker(Ambient ambient) => HoldsCore(ambient);

    internal override int WorkerIndex(Ambient ambient) => HoldsCore(ambient) ? _index : -1;

    internal override RuntimeScheduler WorkerScheduler(int worker) => this;

    /// <summary>Whether the current thread is the one that alone polls its tasks.</summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>True on the thread of a LocalRuntime, and of a worker of several.</returns>
    internal bool IsBoundTo(Ambient ambient) =>
        ReferenceEquals(_boundTo, ambient) || (_group is not null && HoldsCore(ambient));

    internal override List<TaskHeader> LiveTasks()
    {
        // As in MultiThreadScheduler: the queues first, in a task's order, and twice; then what has been polled.
        HashSet<TaskHeader> tasks = [];
        for (int look = 0; look < 2; look++)
        {
            _inject.CopyTo(tasks);
            _background.CopyTo(tasks);
            CopyQueueTo(tasks);

            if (PolledTask.Find(Volatile.Read(ref _holder), this) is { } running) // ORDERING: a moment's picture.
            {
                tasks.Add(running);
            }
        }

        tasks.UnionWith(_slab.Snapshot());
        tasks.UnionWith(_remoteSlab.Snapshot());
        tasks.RemoveWhere(static task => task.Status.IsComplete);
        return [.. tasks];
    }

    // The holder may be changing its queue meanwhile: this walk then ends early, or in the shared queue.
    private void CopyQueueTo(HashSet<TaskHeader> tasks)
    {
        HashSet<TaskHeader> walked = [];
        for (TaskHeader? task = _queue.Peeked; task is not null && walked.Add(task);)
        {
            task = Volatile.Read(ref task.Next); // ORDERING: none, a moment's picture.
        }

        tasks.UnionWith(walked);
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
        }
        else if (HoldsCore(ambient))
        {
            PushLocal(task);
            return true;
        }
        else
        {
            Counts?.Remote(ambient);
            _inject.Push(task);
            UnparkDriver();
        }

        if (Volatile.Read(ref _finished)) // ORDERING: the push was a full fence; pairs with CleanUpStep's.
        {
            _inject.KillUnlisted();
            _background.KillUnlisted();
        }

        return true;
    }

    /// <summary>Gives a bridge its place. It is part of a task that lives, and suspended already.</summary>
    /// <param name="task">The bridge.</param>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>False when the runtime is closed, and this thread does not drive it.</returns>
    internal override bool TryRegister(TaskHeader task, Ambient ambient)
    {
        if (HoldsCore(ambient))
        {
            RegisterSuspended(task, ambient); // It may be cleanup.
            return true;
        }

        using (_lock.EnterScope())
        {
            if (_closed)
            {
                return false;
            }

            task.Slot = ((long)_remoteSlab.Add(task) << 1) | 1;
            return true;
        }
    }

    // Tasks run on the core's holder only.
    internal override void RegisterSuspended(TaskHeader task, Ambient ambient) => task.Slot = (long)_slab.Add(task) << 1;

    internal override void Unregister(TaskHeader task, Ambient ambient)
    {
        int place = (int)(task.Slot >> 1);
        if ((task.Slot & 1) != 0)
        {
            _remoteSlab.RemoveRemote(place);
        }
        else if (HoldsCore(ambient))
        {
            _slab.RemoveLocal(place);
        }
        else
        {
            _slab.RemoveRemote(place);
        }
    }

    internal override void Schedule(TaskHeader task, Ambient ambient)
    {
        if (task.IsBackground)
        {
            ScheduleBackground(task, ambient);
            return;
        }

        if (HoldsCore(ambient))
        {
            PushLocal(task);
            return;
        }

        Counts?.Remote(ambient);
        _inject.Push(task);
        UnparkDriver();
    }

    // Those that are polled come from the list, but for those that went past it. ORDERING: a moment's picture.
    internal override WorkerMetrics ReadWorker(int index)
    {
        long polled = Volatile.Read(ref _counters.Polls);
        long direct = Volatile.Read(ref _counters.Direct);
        long moved = Volatile.Read(ref _counters.Moved);
        long pushes = Volatile.Read(ref _counters.Pushes);
        return _counters.Read(index) with
        {
            LocalScheduleCount = long.Max(0, pushes - moved),
            LocalQueueDepth = (int)long.Clamp(pushes + direct - polled, 0, int.MaxValue),
        };
    }

    // What has left is read first: it was put in before.
    internal override long SharedQueueDepth()
    {
        long taken = _inject.Taken;
        return long.Max(0, (Counts?.Sum().Remote ?? 0) - taken);
    }

    internal override long BackgroundQueueDepth()
    {
        long taken = _background.Taken;
        return long.Max(0, (Counts?.Sum().RemoteBackground ?? 0) + BackgroundPushes - taken);
    }

    /// <summary>How many background tasks have left their queue.</summary>
    internal long BackgroundTaken => _background.Taken;

    /// <summary>How many the worker has put there itself.</summary>
    internal long BackgroundPushes => Volatile.Read(ref _counters.Background); // ORDERING: a figure.

    /// <summary>How many tasks have left the queue for those of other threads.</summary>
    internal long SharedTaken => _inject.Taken;

    private void PushLocal(TaskHeader task)
    {
        _counters.Pushes++;
        _queue.Push(task);
    }

    internal override bool AllWorkersSleep => Volatile.Read(ref _holder) is null || Volatile.Read(ref _sleeping) != 0; // ORDERING: hints.
}
