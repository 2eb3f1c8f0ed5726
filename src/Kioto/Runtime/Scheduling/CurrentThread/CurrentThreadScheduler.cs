using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>One thread at a time runs everything: whichever is inside BlockOn and holds the core.</summary>
/// <remarks>
/// Tasks make progress only while some thread is in BlockOn. When several are, one holds the core; when it leaves,
/// another takes over. INVARIANT: the fields marked "core" are touched only by the thread that holds the core, which
/// passes from thread to thread under the lock.
/// </remarks>
internal sealed class CurrentThreadScheduler : RuntimeScheduler
{
    /// <summary>How long the core's holder sleeps at most while the runtime is shutting down.</summary>
    private const long ShutdownPollNanos = 2_000_000;

    /// <summary>Event intervals of a cleanup that may not wait, before what still asks for turns is dropped.</summary>
    private const int MostTurnsInside = 1024;

    private readonly int _eventInterval;
    private readonly int _sharedInterval;
    private readonly ThreadHooks? _parkHooks;

    // As one worker of several: those that end together, and which one it is. Else null and 0.
    private readonly WorkerGroup? _group;
    private readonly int _index;

    // The thread of a LocalRuntime; null where any thread may drive.
    private readonly Ambient? _boundTo;
    private readonly InjectQueue _inject = new();
    private readonly TaskSlab _slab = new();
    private readonly TaskSlab _remoteSlab = new();
    private readonly Lock _lock = new();
    private readonly List<BlockOnStrand> _waiting = [];

    // INVARIANT: 1 while the core's holder sleeps on the driver, or is about to.
    private int _sleeping;

    // INVARIANT: the holder's ambient context; written under the lock.
    private Ambient? _holder;

    // Core.
    private TaskHeader? _head;
    private TaskHeader? _tail;
    private int _ticksToShared;
    private WorkerCounters _counters;

    private bool _swept;
    private bool _drained;
    private bool _finished;

    // INVARIANT: written under the lock.
    private bool _closed;
    private long _killAt = long.MaxValue;

    /// <summary>Makes a runtime that runs on whoever calls BlockOn.</summary>
    /// <param name="options">What the builder was given.</param>
    /// <param name="boundTo">The only thread that may drive it; null for any.</param>
    internal CurrentThreadScheduler(RuntimeOptions options, Ambient? boundTo = null)
        : base(options, 1)
    {
        _boundTo = boundTo;
        _eventInterval = options.EventInterval;
        _ticksToShared = _sharedInterval = options.GlobalQueueInterval;
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
        HashSet<TaskHeader> tasks = [.. _slab.Snapshot(), .. _remoteSlab.Snapshot()];
        _inject.CopyTo(tasks);

        // The holder may be changing its queue meanwhile: this walk then ends early, or in the shared queue.
        for (TaskHeader? task = Volatile.Read(ref _head); task is not null && tasks.Add(task);)
        {
            task = Volatile.Read(ref task.Next); // ORDERING: none, a moment's picture.
        }

        if (Volatile.Read(ref _holder)?.Strand?.Target is TaskHeader running && ReferenceEquals(running.Scheduler, this)) // ORDERING: the same.
        {
            tasks.Add(running);
        }

        tasks.RemoveWhere(static task => task.Status.IsComplete);
        return [.. tasks];
    }

    internal override bool TrySpawn(TaskHeader task, Ambient ambient)
    {
        if (Volatile.Read(ref _closed)) // ORDERING: seen late, the task is found in its queue.
        {
            return false;
        }

        if (HoldsCore(ambient))
        {
            PushLocal(task);
            return true;
        }

        Counts?.Remote(ambient);
        _inject.Push(task);
        UnparkDriver();
        if (Volatile.Read(ref _finished)) // ORDERING: the push was a full fence; pairs with CleanUpStep's.
        {
            _inject.KillUnlisted();
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
        if (HoldsCore(ambient))
        {
            PushLocal(task);
            return;
        }

        Counts?.Remote(ambient);
        _inject.Push(task);
        UnparkDriver();
    }

    /// <summary>Wakes the core's holder if it sleeps on the driver.</summary>
    internal void UnparkDriver()
    {
        // ORDERING: StoreLoad between what was pushed and this read; pairs with Sleep's exchange.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _sleeping) != 0)
        {
            Driver.Driver.Unpark();
        }
    }

    /// <summary>The body of the thread of one worker of several: returns when the runtime has been shut down.</summary>
    internal void RunWorker()
    {
        using (EnterScope scope = EnterScope.ForBlockOn(this))
        {
            Ambient ambient = scope.Ambient;
            TryTakeCore(ambient, null); // And never gives it away.
            ambient.Worker = this;
            while (!Volatile.Read(ref _closed) || !CleanUpStep(ambient)) // ORDERING: seen late, it is done late.
            {
                if (RunSome(ambient))
                {
                    Driver.Timers.Wait(0);
                }
                else
                {
                    Sleep(null);
                }
            }

            ThreadHooks?.Stopping(_index);
            _counters.End();
            ambient.Closing = null;
            ambient.Worker = null;
        }

        _group!.Ended();
    }

    /// <summary>Has the worker clean up and end.</summary>
    /// <param name="graceNanos">How long tasks may clean up.</param>
    internal void CloseWorker(long graceNanos)
    {
        SetClosed(graceNanos);
        UnparkDriver();
    }

    internal override bool AllWorkersSleep => Volatile.Read(ref _holder) is null || Volatile.Read(ref _sleeping) != 0; // ORDERING: hints.

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

    /// <summary>How many tasks have left the queue for those of other threads.</summary>
    internal long SharedTaken => _inject.Taken;

    internal override void BlockOn(BlockOnStrand strand)
    {
        if (_boundTo is { } bound && !ReferenceEquals(bound, Ambient.Current))
        {
            strand.RunOnThread(this);
            return;
        }

        using EnterScope scope = EnterScope.ForBlockOn(this);
        Ambient ambient = scope.Ambient;
        while (!TryTakeCore(ambient, strand))
        {
            if (strand.Turn(ambient, this))
            {
                StopWaiting(strand);
                return;
            }

            strand.Park(this);
        }

        try
        {
            Drive(ambient, strand);
        }
        finally
        {
            if (_boundTo is not null && _closed)
            {
                CleanUp(ambient); // Shut down from inside: no other thread may take over.
            }

            GiveCore(strand);
        }
    }

    private protected override void Close(long graceNanos)
    {
        SetClosed(graceNanos);

        // Whoever holds the core cleans up in its loop; if nobody does, whoever shuts down.
        Ambient ambient = Ambient.Current;
        if (!ClosesInBackground && !ambient.Polling && TryTakeCore(ambient, null))
        {
            CleanUpHere(ambient);
            return;
        }

        if (_boundTo is null)
        {
            UnparkDriver();
            Threads.Start(CleanUpWhenFree, Options.ThreadName);
        }
        else if (TryTakeCore(ambient, null))
        {
            CleanUpInside(ambient);
        }
    }

    private void SetClosed(long graceNanos)
    {
        KillBy(Clock.Now + graceNanos); // Before the flag: CleanUpStep reads it after.
        using (_lock.EnterScope())
        {
            Volatile.Write(ref _closed, true); // ORDERING: release of the above.
        }
    }

    // This thread polls for another runtime: what does not end without waiting is dropped. Nobody else may do it later.
    private void CleanUpInside(Ambient ambient)
    {
        Strand? strand = ambient.Strand;
        Scheduler? closing = ambient.Closing;
        int budget = ambient.Budget;
        ambient.Strand = null;
        ambient.Polling = false;
        using (EnterScope scope = EnterScope.ForBlockOn(this))
        {
            CleanUpStep(ambient);
            for (int turns = 0; turns < MostTurnsInside && RunSome(ambient); turns++)
            {
            }

            Volatile.Write(ref _killAt, long.MinValue); // ORDERING: this thread reads it.
            CleanUpStep(ambient);
        }

        ambient.Polling = true;
        ambient.Budget = budget;
        ambient.Strand = strand;
        GiveCore(null);
        ambient.Closing = closing;
    }

    // Another thread is in BlockOn: it cleans up as long as it is, and this one if it leaves before that is done.
    private void CleanUpWhenFree()
    {
        Ambient ambient = Ambient.Current;
        ThreadParker parker = new();
        while (!Volatile.Read(ref _finished)) // ORDERING: read again in a moment.
        {
            if (TryTakeCore(ambient, null))
            {
                CleanUpHere(ambient);
                return;
            }

            parker.Park(ShutdownPollNanos);
        }
    }

    private void CleanUpHere(Ambient ambient)
    {
        using (EnterScope scope = EnterScope.ForBlockOn(this))
        {
            CleanUp(ambient);
        }

        GiveCore(null);
    }

    private void CleanUp(Ambient ambient)
    {
        while (!CleanUpStep(ambient))
        {
            if (!RunSome(ambient))
            {
                WaitForEvents(null, ShutdownPollNanos);
            }
        }
    }

    // While closing, once a turn, by the core's holder. Returns whether the runtime has ended.
    private bool CleanUpStep(Ambient ambient)
    {
        if (_finished)
        {
            return true;
        }

        ambient.Closing = this;
        if (!_swept)
        {
            _swept = true;
            _slab.AbortAll(Exempt);
            _remoteSlab.AbortAll(Exempt);
        }

        // ORDERING: Close writes it before the flag that led here.
        if (!NothingIsLeft() && Clock.Now < Volatile.Read(ref _killAt))
        {
            return false;
        }

        // Another worker's tasks may clean up with timers and sockets of this one's driver.
        if (_group is { } group && !MayLeave(group))
        {
            return false;
        }

        Volatile.Write(ref _finished, true);
        Interlocked.MemoryBarrier(); // ORDERING: before the queue is emptied for the last time; pairs with TrySpawn's push.
        KillRemaining();
        CloseDriver();

        // Only the core's holder polls the driver, and from now on none does.
        Driver.Driver.Dispose();
        if (_group is null)
        {
            SetEnded();
        }

        return true;
    }

    // Past the grace each worker leaves by itself: one of them may be stuck.
    private bool MayLeave(WorkerGroup group)
    {
        if (!_drained)
        {
            _drained = true;
            group.Drained();
        }

        return group.AllDrained || Clock.Now >= Volatile.Read(ref _killAt); // ORDERING: as in CleanUpStep.
    }

    internal override void KillBy(long at)
    {
        long now = Volatile.Read(ref _killAt);
        while (at < now && Interlocked.CompareExchange(ref _killAt, at, now) is var seen && seen != now) // ORDERING: read again every turn.
        {
            now = seen;
        }
    }

    /// <summary>Runs what is ready, or waits for a moment, if nobody else drives. On a thread that polls nothing.</summary>
    /// <returns>Whether this thread drove.</returns>
    internal bool TryDrive()
    {
        Ambient ambient = Ambient.Current;
        if ((_boundTo is { } bound && !ReferenceEquals(bound, ambient)) || !TryTakeCore(ambient, null))
        {
            return false;
        }

        using (EnterScope scope = EnterScope.ForBlockOn(this))
        {
            if (!RunSome(ambient))
            {
                WaitForEvents(null, ShutdownPollNanos);
            }
        }

        GiveCore(null);
        return true;
    }

    private bool NothingIsLeft() => _head is null && _inject.IsEmpty && _slab.IsEmpty() && _remoteSlab.IsEmpty();

    private void KillRemaining()
    {
        BeforeKill();
        _slab.KillAll();
        _remoteSlab.KillAll();
        while (PopLocal() is { } task)
        {
            _counters.Direct--;
            task.KillUnlessListed();
        }

        _inject.KillUnlisted();
    }

    private void Drive(Ambient ambient, BlockOnStrand strand)
    {
        while (true)
        {
            if (strand.Turn(ambient, this))
            {
                return;
            }

            if (Volatile.Read(ref _closed) && CleanUpStep(ambient)) // ORDERING: seen late, it is done late.
            {
                // The runtime has ended, and its driver with it; the future may still wait for somebody else.
                strand.Park(this);
            }
            else if (RunSome(ambient))
            {
                Driver.Timers.Wait(0);
            }
            else
            {
                Sleep(strand);
            }
        }
    }

    // Up to an event interval's worth of tasks. Returns whether there may be more to do.
    private bool RunSome(Ambient ambient)
    {
        for (int i = 0; i < _eventInterval; i++)
        {
            if (NextTask() is not { } task)
            {
                return false;
            }

            ambient.Budget = PollBudget;
            _counters.Polls++;
            RunOutcome outcome = Observer is { } observer ? observer.Run(task, ambient) : task.Run(ambient);
            if (outcome != RunOutcome.Released)
            {
                PushLocal(task);
            }
        }

        _counters.Tick(IsTimed);
        return true;
    }

    private TaskHeader? NextTask()
    {
        if (--_ticksToShared > 0)
        {
            return PopLocal() ?? TakeShared();
        }

        _ticksToShared = _sharedInterval;
        return TakeShared() ?? PopLocal();
    }

    // All that other threads have queued goes behind our own, in its order: none waits for an interval of its own.
    private TaskHeader? TakeShared()
    {
        if (_inject.IsEmpty)
        {
            return null;
        }

        TaskHeader? first = _inject.PopChain(int.MaxValue);
        TaskHeader? next = first?.Next;
        while (next is not null)
        {
            TaskHeader task = next;
            next = task.Next;
            PushLocal(task);
            _counters.Moved++;
        }

        if (first is not null)
        {
            first.Next = null;
            _counters.Direct++;
        }

        return first;
    }

    private void Sleep(BlockOnStrand? strand)
    {
        _parkHooks?.Parking(_index); // What it makes is seen below, like any other work.
        strand?.List(this);
        Interlocked.Exchange(ref _sleeping, 1); // ORDERING: full fence before the last look; pairs with UnparkDriver.
        if (!HasWork(strand))
        {
            WaitForEvents(strand, _closed ? ShutdownPollNanos : -1);
        }
        else
        {
            Driver.Timers.Wait(0);
        }

        Volatile.Write(ref _sleeping, 0); // ORDERING: an unpark too many is kept by the driver and harmless.
        _parkHooks?.Unparked(_index);
    }

    // INVARIANT: on a paused clock, see ClockState: all that could be done has been, and whoever adds to it unparks.
    private void WaitForEvents(BlockOnStrand? strand, long timeoutNanos)
    {
        TimerService timers = Driver.Timers;
        if (!timers.Clock.IsPaused)
        {
            _counters.Park(IsTimed);
            timers.Wait(timeoutNanos);
            _counters.Unpark(IsTimed);
            return;
        }

        timers.Wait(0);
        if (!HasWork(strand) && !timers.Clock.WakeIdleWaiter())
        {
            _counters.Park(IsTimed);
            timers.AdvanceOrWait(timeoutNanos);
            _counters.Unpark(IsTimed);
        }
    }

    private bool HasWork(BlockOnStrand? strand) => _head is not null || !_inject.IsEmpty || strand is { IsWoken: true };

    private bool TryTakeCore(Ambient ambient, BlockOnStrand? strand)
    {
        using (_lock.EnterScope())
        {
            if (_holder is not null)
            {
                if (strand is not null && !_waiting.Contains(strand))
                {
                    _waiting.Add(strand);
                }

                return false;
            }

            if (strand is not null)
            {
                _waiting.Remove(strand);
            }

            Volatile.Write(ref _holder, ambient); // ORDERING: under the lock; HoldsCore reads it without, for its own thread only.
        }

        _counters.Begin(IsTimed);
        strand?.SetDriving(this);
        return true;
    }

    private void GiveCore(BlockOnStrand? strand)
    {
        strand?.SetDriving(null);
        Ambient.Current.Closing = null;
        _counters.End();
        BlockOnStrand? next = null;

        // ORDERING: under the lock; HoldsCore reads it without, for its own thread only.
        using (_lock.EnterScope())
        {
            Volatile.Write(ref _holder, null);
            if (_waiting.Count > 0)
            {
                next = _waiting[0];
            }
        }

        next?.Wake();
    }

    // A thread that was woken to take the core but whose own future completed passes the core on.
    private void StopWaiting(BlockOnStrand strand)
    {
        BlockOnStrand? next = null;
        using (_lock.EnterScope())
        {
            _waiting.Remove(strand);
            if (_holder is null && _waiting.Count > 0)
            {
                next = _waiting[0];
            }
        }

        next?.Wake();
    }

    private void PushLocal(TaskHeader task)
    {
        _counters.Pushes++;
        task.Next = null;
        if (_tail is null)
        {
            _head = task;
        }
        else
        {
            _tail.Next = task;
        }

        _tail = task;
    }

    private TaskHeader? PopLocal()
    {
        TaskHeader? task = _head;
        if (task is not null)
        {
            _head = task.Next;
            task.Next = null;
            if (_head is null)
            {
                _tail = null;
            }
        }

        return task;
    }
}
