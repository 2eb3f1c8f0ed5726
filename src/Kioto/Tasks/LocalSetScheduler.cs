using System;
using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>The queues and the live tasks of a local set. One thread polls them: the first that drives the set.</summary>
/// <remarks>
/// INVARIANT, OWNER: the fields marked "owner" are touched only by the thread that the set is bound to.
/// INVARIANT, NO LOST WAKE: a driver registers its waker, then (fence) looks at what other threads queued; another
/// thread queues, then (fence) takes the waker and wakes it. Whichever comes second sees the other. A waker that was
/// taken comes back with the poll that it asked for.
/// </remarks>
internal sealed partial class LocalSetScheduler : Scheduler
{
    /// <summary>Polls of tasks before the outer scheduler has its turn. Tokio's number.</summary>
    private const int MaxTasksPerTick = 61;

    /// <summary>Ticks between two looks at the tasks of other threads while there are own ones. Tokio's number.</summary>
    private const uint RemoteInterval = 31;

    // What is done about failures of its tasks that nobody observes; null is the runtime's policy.
    private readonly FailurePolicy? _failures;

    private readonly InjectQueue _remote = new();
    private readonly TaskSlab _slab = new();
    private readonly TaskSlab _remoteSlab = new();

    // Guards the list of drivers, the remote slab's adding side, and the two stages of closing.
    private readonly Lock _lock = new();
    private readonly List<LocalSetDriver> _drivers = [];

    // INVARIANT: written once, by the compare-exchange that binds; a thread that finds itself there owns the set.
    private Ambient? _owner;

    // INVARIANT: exchanged in by the owner, exchanged out by who wakes it.
    private WakeTarget? _waker;

    // INVARIANT: written under the lock. The root that is polled before the tasks; others queue like tasks.
    private TaskHeader? _mainRoot;

    // INVARIANT: the main root when another thread woke it; compare-exchanged in, exchanged out by the owner.
    private TaskHeader? _remoteRoot;

    // INVARIANT, EMPTY: tasks alive that are not in _live, which the owner alone counts. Who waits for the set to be
    // empty registers on the set's thread, where tasks end: so each end after it sees the list. Under the lock.
    private int _remoteLive;
    private List<WakeTarget>? _emptyWaiters;

    // Owner.
    private TaskHeader? _localRoot;
    private TaskFifo _queue;
    private Scheduler? _runtime;
    private int _live;
    private uint _tick;
    private bool _polling;

    /// <summary>While the set is polled: the strand that drives it. Its own thread only.</summary>
    internal Strand? Driving { get; private set; }

    // INVARIANT: written under the lock. Closing: no new tasks, only what cleaning up needs. Closed: nothing.
    private bool _closing;
    private bool _closed;

    internal LocalSetScheduler(FailurePolicy? failures = null)
    {
        _failures = failures;
        Context = new SchedulerContext(this);
    }

    internal override SynchronizationContext Context { get; }

    /// <summary>The outer runtime's: a set has no time of its own.</summary>
    internal override ITimerSource Timers => Ambient.Current.Scheduler?.Timers ?? throw Throw.NoRuntime("A timer");

    /// <summary>Of a set that no runtime drives.</summary>
    internal override long CleanupGraceNanos => CleanupGrace.DefaultNanos;

    internal override bool IsTimeReal => false;

    internal override bool IsClosed => Volatile.Read(ref _closing); // ORDERING: pairs with Close.

    internal static InvalidOperationException WrongThread() =>
        new("This LocalSet belongs to another thread: the one that drove it first. Drive and dispose it there, " +
            "with LocalSet.BlockOn or a RunUntilAsync future that no worker can move to another thread.");

    internal static InvalidOperationException InsideLocalRuntime() =>
        new("A LocalSet can't be driven inside a LocalRuntime, whose tasks stay on its thread anyway: use " +
            "Kio.SpawnLocal without the set, or drive the set on a Runtime.");

    internal override bool TryRegister(TaskHeader task, Ambient ambient)
    {
        if (IsOwner(ambient))
        {
            if (!Accepts(task))
            {
                return false;
            }

            task.Slot = (long)_slab.Add(task) << 1;
            _live++;
            return true;
        }

        using (_lock.EnterScope())
        {
            if (!Accepts(task))
            {
                return false;
            }

            Interlocked.Increment(ref _remoteLive); // ORDERING: before the task can run.

            task.Slot = ((long)_remoteSlab.Add(task) << 1) | 1;
            return true;
        }
    }

    internal override void Unregister(TaskHeader task, Ambient ambient)
    {
        int place = (int)(task.Slot >> 1);
        if ((task.Slot & 1) != 0)
        {
            _remoteSlab.RemoveRemote(place);
            Interlocked.Decrement(ref _remoteLive); // ORDERING: EMPTY.
        }
        else if (IsOwner(ambient))
        {
            _slab.RemoveLocal(place);
            _live--;
        }
        else
        {
            _slab.RemoveRemote(place);
            Interlocked.Decrement(ref _remoteLive); // ORDERING: EMPTY. Only the sum of both counts.
        }

        if (Volatile.Read(ref _emptyWaiters) is not null) // ORDERING: EMPTY; a task that ends on its own thread sees it.
        {
            WakeEmptyWaiters();
        }
    }

    /// <summary>Whether only the futures that drive the set are left of its tasks. On the set's thread.</summary>
    /// <param name="waker">Whom to wake when that may have changed.</param>
    /// <returns>True when nothing else is alive.</returns>
    internal bool PollEmpty(WakeTarget waker)
    {
        using (_lock.EnterScope())
        {
            int roots = 0;
            foreach (LocalSetDriver driver in _drivers)
            {
                roots += driver.Root.Status.IsComplete ? 0 : 1;
            }

            // ORDERING: EMPTY.
            if (_live + Volatile.Read(ref _remoteLive) <= roots)
            {
                return true;
            }

            List<WakeTarget> waiters = _emptyWaiters ?? [];
            if (!waiters.Contains(waker))
            {
                waiters.Add(waker);
            }

            Volatile.Write(ref _emptyWaiters, waiters);
            return false;
        }
    }

    internal override void Schedule(TaskHeader task, Ambient ambient)
    {
        if (IsOwner(ambient))
        {
            PushLocal(task);
            if (!_polling)
            {
                WakeDriver();
            }

            return;
        }

        // ORDERING: _mainRoot is a hint: a root in the other queue is polled later, not lost.
        if (!ReferenceEquals(task, Volatile.Read(ref _mainRoot)) ||
            Interlocked.CompareExchange(ref _remoteRoot, task, null) is not null)
        {
            _remote.Push(task);
        }

        WakeDriver();
    }

    internal override void ReportUnhandled(Exception failure) => ReportFailure(failure, default, null);

    // The runtime that drives the set, or drove it last; a set that none has driven has not run anything that failed.
    internal override void ReportFailure(Exception failure, FailedTask task, FailurePolicy? policy)
    {
        policy ??= _failures;
        if ((_runtime ?? Ambient.Current.Scheduler) is { } runtime)
        {
            runtime.ReportFailure(failure, task, policy);
            return;
        }

        FailureReporter.Report(failure, task, policy ?? FailurePolicy.Default);
    }

    internal override FailureLedger? Ledger => _failures is not null ? null : (_runtime ?? Ambient.Current.Scheduler)?.Ledger;

    /// <summary>Binds the set to the current thread, if it is bound to none.</summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>Whether it is bound to this thread.</returns>
    internal bool TryBind(Ambient ambient)
    {
        Ambient? owner = Volatile.Read(ref _owner); // ORDERING: as in IsOwner.
        if (owner is null)
        {
            owner = Interlocked.CompareExchange(ref _owner, ambient, null); // ORDERING: once only.
            return owner is null || ReferenceEquals(owner, ambient);
        }

        return ReferenceEquals(owner, ambient);
    }

    /// <summary>The tasks alive at some moment during the call. Any thread.</summary>
    /// <returns>The tasks.</returns>
    internal List<TaskHeader> LiveTasks() => [.. _slab.Snapshot(), .. _remoteSlab.Snapshot()];

    /// <summary>A future begins to drive the set: its root becomes a task. A set that is closed completes it as aborted.</summary>
    /// <param name="driver">The driver.</param>
    internal void Enter(LocalSetDriver driver)
    {
        driver.Root.Scheduler = this;
        using (_lock.EnterScope())
        {
            _drivers.Add(driver);
            if (_mainRoot is null && !_polling)
            {
                Volatile.Write(ref _mainRoot, driver.Root); // ORDERING: see Schedule.
            }
        }

        Ambient ambient = Ambient.Current;
        if (!TrySpawn(driver.Root, ambient))
        {
            driver.Root.Kill();
        }
    }

    /// <summary>A future no longer drives the set: another one, if there is any, takes over its wakes. Any thread.</summary>
    /// <param name="driver">The driver.</param>
    internal void Leave(LocalSetDriver driver)
    {
        LocalSetDriver? next;
        using (_lock.EnterScope())
        {
            // Without a waker it is one of the set's own tasks: driven, not driving.
            _drivers.Remove(driver);
            next = _drivers.Find(static other => other.Waker is not null);
            if (ReferenceEquals(_mainRoot, driver.Root))
            {
                Volatile.Write(ref _mainRoot, next?.Root); // ORDERING: see Schedule.
            }
        }

        // A wake that went to the one who leaves is not lost: whoever is left polls once, and registers again.
        Interlocked.CompareExchange(ref _waker, null, driver.Waker); // ORDERING: not to keep the waker alive.
        next?.Waker!.Wake();
    }

    /// <summary>Polls a driver's root and then up to a tick's worth of tasks. On the set's thread.</summary>
    /// <param name="ambient">The current thread's context; its strand is the one that drives.</param>
    /// <param name="driver">Who drives.</param>
    /// <param name="waker">Polls the set again.</param>
    internal void Poll(Ambient ambient, LocalSetDriver driver, WakeTarget waker)
    {
        if (_polling)
        {
            // Driven by one of the set's own tasks: the poll that we are inside of runs the root in its turn.
            return;
        }

        if (!ReferenceEquals(driver.Waker, waker))
        {
            using (_lock.EnterScope())
            {
                driver.Waker = waker;
            }
        }

        _runtime = ambient.Scheduler;
        Driving = ambient.Strand;
        Interlocked.Exchange(ref _waker, waker); // ORDERING: NO LOST WAKE; pairs with WakeDriver's exchange.
        bool more;
        using (new LocalSetScope(ambient, this, _runtime))
        {
            _polling = true;
            try
            {
                more = Tick(ambient, driver.Root);
                if (_closing && !_closed)
                {
                    // Disposed by one of its own tasks.
                    CleanUp(ambient);
                }
            }
            finally
            {
                _polling = false;
            }
        }

        if (more)
        {
            ambient.Strand!.RequestYield();
        }
    }

    /// <summary>Closes the set. On its thread, which a set that was never driven gets here.</summary>
    internal void Dispose()
    {
        if (IsClosed)
        {
            return;
        }

        Ambient ambient = Ambient.Current;
        if (!TryBind(ambient))
        {
            // A thread that has ended uses its data no more: whoever disposes stands in for it.
            if (Volatile.Read(ref _owner)!.Thread.IsAlive) // ORDERING: as in IsOwner.
            {
                throw WrongThread();
            }

            Volatile.Write(ref _owner, ambient); // ORDERING: its end is ordered before IsAlive says so.
        }

        using (_lock.EnterScope())
        {
            Volatile.Write(ref _closing, true); // ORDERING: with the lock: a task is refused, or found by the sweep.
        }

        if (_polling)
        {
            AbortAll(_slab);
            AbortAll(_remoteSlab);
            return;
        }

        using (new LocalSetScope(ambient, this, ambient.Scheduler ?? _runtime))
        {
            _polling = true;
            try
            {
                CleanUp(ambient);
            }
            finally
            {
                _polling = false;
            }
        }
    }

    // What Task-based code posts is not aborted: it would go on elsewhere, on another thread.
    private static int AbortAll(TaskSlab slab)
    {
        List<TaskHeader> tasks = slab.Snapshot();
        foreach (TaskHeader task in tasks)
        {
            if (task is not PostedCallback)
            {
                task.Abort();
            }
        }

        return tasks.Count;
    }

    private void WakeEmptyWaiters()
    {
        List<WakeTarget>? waiters;
        using (_lock.EnterScope())
        {
            // More can be alive than that only if not all of them are roots: ORDERING: EMPTY.
            if (_live + Volatile.Read(ref _remoteLive) > _drivers.Count)
            {
                return;
            }

            waiters = _emptyWaiters;
            Volatile.Write(ref _emptyWaiters, null);
        }

        foreach (WakeTarget waiter in waiters ?? [])
        {
            waiter.Wake();
        }
    }

    private bool IsOwner(Ambient ambient) => ReferenceEquals(Volatile.Read(ref _owner), ambient); // ORDERING: only this thread can make it true.

    private bool Accepts(TaskHeader task) => !_closing || (!_closed && task is PostedCallback or Bridge);

    private void WakeDriver() => Interlocked.Exchange(ref _waker, null)?.Wake(); // ORDERING: NO LOST WAKE; pairs with Poll's.

    // Returns whether the tick ended before the work did.
    private bool Tick(Ambient ambient, TaskHeader root)
    {
        if (TakeRoot() is { } first)
        {
            Run(ambient, first);
        }

        for (int i = 0; i < MaxTasksPerTick; i++)
        {
            if (root.Status.IsComplete || NextTask() is not { } task)
            {
                return false;
            }

            Run(ambient, task);
        }

        // ORDERING: a hint: what comes later finds the waker.
        return !_queue.IsEmpty || _localRoot is not null || !_remote.IsEmpty || Volatile.Read(ref _remoteRoot) is not null;
    }

    private void Run(Ambient ambient, TaskHeader task)
    {
        SliceKeeper.BeginTurn(ambient, _runtime?.PollBudget ?? Ambient.PollBudget);
        if (ambient.Guard is null)
        {
            ambient.OverAt = Ambient.OverAfterFirstAsk; // No runtime, or one without slices.
        }

        if (task.Run(ambient) != RunOutcome.Released)
        {
            PushLocal(task);
        }
    }

    private TaskHeader? NextTask()
    {
        bool remoteFirst = ++_tick % RemoteInterval == 0;
        return (remoteFirst ? TakeRemote() ?? _queue.Pop() : _queue.Pop() ?? TakeRemote()) ?? TakeRoot();
    }

    private TaskHeader? TakeRoot()
    {
        // ORDERING: acquire of what the waker wrote; NO LOST WAKE covers a read that comes too early.
        if (Volatile.Read(ref _remoteRoot) is not null)
        {
            return Interlocked.Exchange(ref _remoteRoot, null);
        }

        TaskHeader? root = _localRoot;
        _localRoot = null;
        return root;
    }

    // The first of them runs now; the others queue behind our own, in their order: none waits for a tick of its own.
    private TaskHeader? TakeRemote() => _remote.IsEmpty ? null : _queue.PushRest(_remote.PopChain(MaxTasksPerTick), out _);

    private void PushLocal(TaskHeader task)
    {
        if (ReferenceEquals(task, _mainRoot) && _localRoot is null)
        {
            _localRoot = task;
        }
        else
        {
            _queue.Push(task);
        }
    }

    // Runs what is ready, and what that makes ready; a cleanup that never stops asking for turns is cut short.
    private void CleanUp(Ambient ambient)
    {
        long tasks = AbortAll(_slab) + AbortAll(_remoteSlab);
        long polls = 1024 + (64 * tasks);
        while (polls-- > 0 && NextTask() is { } task)
        {
            Run(ambient, task);
        }

        using (_lock.EnterScope())
        {
            _closed = true;
        }

        while ((_queue.Pop() ?? TakeRoot()) is { } left)
        {
            left.TryPutDown();
        }

        _slab.KillAll();
        _remoteSlab.KillAll();
    }
}
