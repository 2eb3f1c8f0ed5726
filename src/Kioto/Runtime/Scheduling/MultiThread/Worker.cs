using System.Runtime.CompilerServices;
using System.Threading;

namespace Kioto;

/// <summary>The loop of a thread that holds a core: find a task, run it, and sleep when there is none.</summary>
/// <remarks>
/// During a poll the core may be taken away, or given away by the task itself. Then the poll's end is the loop's: the
/// task's transition is this thread's to make (it set RUNNING), but nothing of the core is.
/// </remarks>
internal sealed class Worker
{
    /// <summary>Polls of the LIFO slot in a row before the others have their turn. Tokio's number; a mask.</summary>
    private const int MaxLifoPolls = 3;

    /// <summary>How many tasks move from the shared queue to a ring at once.</summary>
    /// <remarks>
    /// Many: a busy worker looks at the shared queue now and then only. Nobody is deprived, as others steal from it.
    /// </remarks>
    private const int SharedBatch = LocalQueue.Capacity / 2;

    /// <summary>How many events are taken at once for each worker, while what is read here comes back by way of other threads.</summary>
    /// <remarks>What eight connections ask for at once is worked on in a core's own cache, see docs/decisions/0090.</remarks>
    private const int RelayedEvents = 8;

    /// <summary>How many when it has tasks and looks in between, unless these take long: then nobody is to wait for many of such rounds.</summary>
    private const int RelayedEventsBetween = 1;
    private const long LongRoundNanos = 250_000;

    /// <summary>From how many on what waits for .NET's thread pool is let go first.</summary>
    /// <remarks>Fewer are not worth it: the processor may be given to another process, for a slice.</remarks>
    private const int RelayedToYield = 4;

    private readonly Core _core;
    private readonly MultiThreadScheduler _scheduler;
    private readonly Ambient _ambient;
    private readonly ThreadHooks? _parkHooks;
    private readonly int _budget;
    private readonly int _eventInterval;
    private readonly int _sharedInterval;
    private int _ticksToEvents;
    private int _ticksToShared;
    private BackgroundPicks _background;

    // When it last looked for events in between, while that matters.
    private long _lookedAt;

    // Whether the task that this worker has found by searching was another one's.
    private bool _stole;

    internal Worker(Core core, Ambient ambient)
    {
        _core = core;
        _scheduler = core.Scheduler;
        _ambient = ambient;
        _parkHooks = _scheduler.ThreadHooks is { ObservesParking: true } hooks ? hooks : null;
        _budget = _scheduler.PollBudget;
        RuntimeOptions options = _scheduler.Options;
        core.LifoEnabled = core.HasLifo;
        _ticksToEvents = _eventInterval = options.EventInterval;
        _ticksToShared = _sharedInterval = options.GlobalQueueInterval;
        _background = new BackgroundPicks(_scheduler.Background, options.BackgroundInterval);
    }

    /// <summary>Runs until the runtime has been shut down, or this thread has lost its core.</summary>
    /// <returns>Whether it still has the core, which is not to run any more.</returns>
    internal bool Loop()
    {
        _core.Begin();
        _core.Counters.Begin(_scheduler.IsTimed);
        while (!_scheduler.ShouldExit(_core, _ambient))
        {
            _core.Tick++;
            if (--_ticksToEvents == 0)
            {
                _ticksToEvents = _eventInterval;
                PollDriver();
            }

            if ((NextTask() ?? Steal() ?? _background.Take()) is { } task)
            {
                if (_core.Unannounced)
                {
                    Announce();
                }

                if (!RunTask(task))
                {
                    return false;
                }
            }
            else
            {
                Park();
            }
        }

        return true;
    }

    // Taking the next task was an atomic operation (a ring's compare-exchange, the shared queue's lock, or the LIFO
    // slot's barrier), and so the fence between the push and this look. Where the task that was taken is all there was,
    // there is nothing to tell: a task that yields by itself, or two that talk, would wake a worker for each other poll.
    private void Announce()
    {
        _core.Unannounced = false;
        if (_scheduler.Idle.MayNeedWake && HasTasksForOthers)
        {
            _scheduler.NotifyParked();
        }
    }

    // The same, where no ring was popped.
    private void AnnounceWithFence()
    {
        Interlocked.MemoryBarrier(); // ORDERING: the fence that Announce needs.
        Announce();
    }

    private bool HasTasksForOthers => _core.Ring.Count > 0 || _scheduler.HasSharedTasks;

    private TaskHeader? NextTask()
    {
        if (_background.TakeDue() is { } due)
        {
            return due;
        }

        if (--_ticksToShared == 0)
        {
            _ticksToShared = _sharedInterval;
            if (TakeShared() is { } shared)
            {
                return shared;
            }
        }

        if (_core.Lifo is { } lifo)
        {
            _core.Lifo = null;
            if (_core.Unannounced)
            {
                AnnounceWithFence();
            }

            return lifo;
        }

        return _core.Ring.Pop() ?? TakeShared() ?? TakeRelayed();
    }

    // A batch from the front of the shared queue, in its order, goes behind what the ring holds: others steal from it.
    private TaskHeader? TakeShared()
    {
        InjectQueue inject = _scheduler.Inject;
        return inject.IsEmpty
            ? null
            : inject.PopInto(_core.Ring, int.Min(_core.Ring.Free, SharedBatch) + 1);
    }

    private int MostEvents => _scheduler.IsRelaying ? RelayedEvents * _scheduler.WorkerCount : int.MaxValue;

    private int MostEventsBetween()
    {
        if (!_scheduler.IsRelaying)
        {
            return int.MaxValue;
        }

        long before = _lookedAt;
        _lookedAt = Clock.Now;
        return _lookedAt - before > LongRoundNanos ? MostEvents : RelayedEventsBetween;
    }

    // What was read here waits for the thread pool: where that shares this processor it goes on now, and what it hands
    // back is run before more is read. Not while others count on this worker to search.
    private TaskHeader? TakeRelayed()
    {
        if (!_scheduler.IsRelaying || _core.Searching || ThreadPool.PendingWorkItemCount < RelayedToYield)
        {
            return null;
        }

        Thread.Yield();
        return TakeShared();
    }

    private TaskHeader? Steal()
    {
        if (!_core.Searching && !(_core.Searching = _scheduler.Idle.TransitionToSearching()))
        {
            return null;
        }

        LocalQueue[] rings = _scheduler.Rings;
        int start = _core.NextRandom(rings.Length);
        for (int i = 0; i < rings.Length; i++)
        {
            LocalQueue victim = rings[(start + i) % rings.Length];
            if (!ReferenceEquals(victim, _core.Ring) && victim.StealInto(_core.Ring, out uint stolen) is { } task)
            {
                _core.Counters.StealOperations++;
                _core.Counters.Steals += stolen;
                _stole = true;
                return task;
            }
        }

        return TakeShared();
    }

    // Returns whether this thread still holds the core.
    private bool RunTask(TaskHeader task)
    {
        if (_core.Searching)
        {
            _core.Searching = false;
            if (_scheduler.Idle.TransitionFromSearching())
            {
                // Of what others pushed while this one searched nobody was told.
                if (_stole)
                {
                    // But for what it has stolen itself nobody need wake: two workers would wake each other for one pair
                    // of tasks that talk, and steal them to and fro.
                    _scheduler.NotifyIfWorkPending();
                }
                else
                {
                    // From outside more is to come, and who searches then saves the other side a wake.
                    _scheduler.NotifyParked();
                }
            }

            _stole = false;
        }

        Core core = _core;
        Ambient ambient = _ambient;
        core.LifoEnabled = core.HasLifo;
        ambient.Budget = _budget;
        TaskHeader next = task;
        for (int polls = 1; Poll(core, ambient, next); polls++)
        {
            if (core.Lifo is not { } lifo)
            {
                return true;
            }

            core.Lifo = null;
            next = lifo;
            if (ambient.Budget <= 0)
            {
                // The chain has used up its common budget.
                _scheduler.PushBack(core, next);
                return true;
            }

            // In each turn of so many.
            if ((polls & MaxLifoPolls) == MaxLifoPolls && !MayGoOn(core))
            {
                core.LifoEnabled = false;
            }

            if (core.Unannounced)
            {
                AnnounceWithFence();
            }
        }

        return false;
    }

    // Whether a turn of the loop would find nothing to do but the chain's next task: then it need not be made. It counts,
    // and begins with a whole budget.
    private bool MayGoOn(Core core)
    {
        if (_ticksToEvents <= 1 || _scheduler.IsClosed || !_scheduler.Inject.IsEmpty || !_scheduler.Background.IsEmpty
            || !core.MayGoOnInSlot())
        {
            return false;
        }

        _ticksToEvents--;
        core.Tick++;
        _ambient.Budget = _budget;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every poll
    private bool Poll(Core core, Ambient ambient, TaskHeader task)
    {
        core.Pushes = 0;
        core.Counters.Polls++;

        // RUNNING first: a task in this thread's hands is the core's, and so the runtime's to drop at its end, until then.
        TransitionToRunning how = task.Status.TransitionToRunning();
        ambient.Hold.BeginPoll();
        RunOutcome outcome = _scheduler.Observer is { } observer ? observer.Run(task, ambient, how) : task.Run(ambient, how);
        if (!ambient.Hold.EndPoll(core) && _scheduler.Crew.HasLost(core, ambient))
        {
            EndStrayPoll(task, outcome);
            return false;
        }

        if (outcome != RunOutcome.Released)
        {
            _scheduler.Requeue(core, task);
            core.Unannounced = true;
        }

        if (core.SpillCount > 0)
        {
            core.FlushSpill();
            core.Unannounced = true;
        }

        return true;
    }

    // The core is another thread's. After the runtime's end the queue is nobody's: then the task has been dropped.
    private void EndStrayPoll(TaskHeader task, RunOutcome outcome)
    {
        if (outcome != RunOutcome.Released && task.TryPutDown())
        {
            _scheduler.RequeueRemotely(task, _ambient);
        }

        // Last: whoever finds no stray poll finds the task in the queue, or in a list.
        _scheduler.Crew.EndStrayPoll(_ambient);
    }

    private void PollDriver()
    {
        _core.Counters.Tick(_scheduler.IsTimed);
        _core.Batching = true;
        _core.Parker.PollDriver(MostEventsBetween());
        EndBatch();
    }

    private void EndBatch()
    {
        _core.Batching = false;
        if (_core.SpillCount > 0)
        {
            _core.FlushSpill();
        }

        // One task is ours to run next; for more there should be a second worker. A background task is ours only where
        // there is nothing else.
        int own = _core.Ring.Count + (_core.Lifo is null ? 0 : 1);
        if (own > 1 || !_scheduler.Inject.IsEmpty || (own > 0 && !_scheduler.Background.IsEmpty))
        {
            _scheduler.NotifyParked();
        }
    }

    private void Park()
    {
        if (_core.HasTasks)
        {
            return;
        }

        if (_parkHooks is { } hooks)
        {
            ParkBetweenHooks(hooks);
        }
        else
        {
            Sleep();
        }
    }

    // A hook that makes work each time is not to keep the driver from being polled.
    private void ParkBetweenHooks(ThreadHooks hooks)
    {
        hooks.Parking(_core.Index);
        if (_core.HasTasks)
        {
            PollDriver();
        }
        else
        {
            Sleep();
        }

        hooks.Unparked(_core.Index);
    }

    private void Sleep()
    {
        bool nobodySearches = _scheduler.Idle.TransitionToParked(_core.Index, _core.Searching);
        _core.Searching = false;
        if (nobodySearches)
        {
            _scheduler.NotifyIfWorkPending();
        }

        while (!_scheduler.IsClosed)
        {
            _core.Batching = true;
            Park(-1);
            EndBatch();
            if (_core.HasTasks || !_scheduler.Background.IsEmpty)
            {
                // The driver woke something for us. If somebody else took us off the sleepers, we count as searching.
                _core.Searching = !_scheduler.Idle.TryUnparkSelf(_core.Index);
                _scheduler.Watchdog?.Rouse();
                LeaveDriver();
                return;
            }

            if (!_scheduler.Idle.IsParked(_core.Index))
            {
                _core.Searching = true;
                LeaveDriver();
                return;
            }
        }

        // Shutting down: sleeps are short, because the last task may end on any worker.
        _core.Batching = true;
        Park(MultiThreadScheduler.ShutdownPollNanos);
        EndBatch();
        _core.Searching = !_scheduler.Idle.TryUnparkSelf(_core.Index);
        _scheduler.Watchdog?.Rouse();
    }

    private void Park(long timeoutNanos)
    {
        _core.Counters.Park(_scheduler.IsTimed);
        _core.Parker.Park(timeoutNanos, MostEvents);
        _core.Counters.Unpark(_scheduler.IsTimed);
    }

    // Before anything is polled here: the poll may be long, and then a timer that is due soon would be late.
    private void LeaveDriver()
    {
        if (_scheduler.Options.EagerDriverHandoff || _scheduler.Driver.Timers.IsDueSoon)
        {
            _scheduler.HandOverDriver();
        }
    }
}
