using System;
using System.Runtime;
using System.Threading;

namespace Kioto;

/// <summary>A runtime's own thread that looks, while anything runs, whether the workers get on and the driver is looked at.</summary>
/// <remarks>
/// It looks every few milliseconds at what the workers write anyway; they pay nothing for it but a counter of polls.
/// INVARIANT, AWAKE: when it goes to sleep without a time-out it first says so, then (fence) looks once more whether all
/// workers sleep and one of them on the driver. Who wakes a worker changes the idle set's word (a fence), then looks
/// whether the watchdog sleeps. Whichever comes second sees the other.
/// </remarks>
internal sealed class Watchdog
{
    // However many timers are due.
    private const long LeastPeriodNanos = 500_000;

    // After so many looks at a runtime that does nothing it sleeps until something happens.
    private const int PatientLooks = 20;

    private const int Awake = 0;
    private const int Asleep = 1;
    private const int Stopped = 2;

    private readonly MultiThreadScheduler _scheduler;
    private readonly ThreadParker _parker = new();
    private readonly WorkerWatch[] _workers;
    private readonly StuckTasks _stuck;
    private readonly long _thresholdNanos;

    // The time between two looks: at most half of how long the driver may be left alone.
    private readonly long _period;

    // INVARIANT: Asleep is set by the watchdog, Awake by it and by whoever rouses it, Stopped by the end, for good.
    private int _state;

    private RunningTime _time = new();
    private uint _driverTurns;

    private Watchdog(MultiThreadScheduler scheduler)
    {
        _scheduler = scheduler;
        _stuck = scheduler.Stuck;
        _workers = new WorkerWatch[scheduler.WorkerCount];
        _thresholdNanos = scheduler.Stuck.ThresholdNanos;
        _period = SliceKeeper.PeriodFor(scheduler.SliceNanos);
    }

    /// <summary>The time at the latest look, in nanoseconds: while anything runs, a few milliseconds old at most. Any thread.</summary>
    internal long CoarseNow => _time.LatestLook;

    /// <summary>Starts a runtime's watchdog.</summary>
    /// <param name="scheduler">The runtime's scheduler.</param>
    /// <returns>The watchdog.</returns>
    internal static Watchdog Start(MultiThreadScheduler scheduler)
    {
        Watchdog watchdog = new(scheduler);
        Threads.Start(watchdog.Run, scheduler.Options.ThreadName + "-watchdog");
        return watchdog;
    }

    /// <summary>A worker has been woken: somebody must look whether it gets on. Any thread.</summary>
    internal void Rouse()
    {
        // ORDERING: AWAKE.
        if (Volatile.Read(ref _state) == Asleep && Interlocked.CompareExchange(ref _state, Awake, Asleep) == Asleep)
        {
            _parker.Unpark();
        }
    }

    /// <summary>The runtime has ended.</summary>
    internal void Stop()
    {
        Interlocked.Exchange(ref _state, Stopped); // ORDERING: before the unpark.
        _parker.Unpark();
    }

    private void Run()
    {
        int idle = 0;
        while (Volatile.Read(ref _state) != Stopped) // ORDERING: an unpark follows.
        {
            long passed = _time.Look(_period);
            bool isIdle = _scheduler.Idle.AllAsleep;
            LookAtDriver();
            if (isIdle)
            {
                Array.Clear(_workers);
            }
            else
            {
                LookAtWorkers(passed);
            }

            idle = isIdle ? idle + 1 : 0;
            if (idle < PatientLooks || !Sleep())
            {
                _parker.Park(TimeToNextLook());
            }
            else
            {
                idle = 0;
                _time.Look(_period); // What passed meanwhile was nobody's.
            }
        }
    }

    // A timer whose time comes while nobody waits on the driver is fired from here.
    private long TimeToNextLook()
    {
        long left = _scheduler.Driver.IsHeld ? _period : _scheduler.Driver.Timers.FirstDeadline() - _time.LatestLook;
        return long.Clamp(left, long.Min(LeastPeriodNanos, _period), _period);
    }

    // Returns whether it has slept.
    private bool Sleep()
    {
        if (Interlocked.CompareExchange(ref _state, Asleep, Awake) != Awake) // ORDERING: AWAKE, the fence.
        {
            return true; // Stopped.
        }

        if (!_scheduler.Idle.AllAsleep || !_scheduler.Driver.IsHeld)
        {
            Interlocked.CompareExchange(ref _state, Awake, Asleep);
            return false;
        }

        while (Volatile.Read(ref _state) == Asleep)
        {
            _parker.Park();
        }

        return true;
    }

    private void LookAtWorkers(long passed)
    {
        foreach (Core core in _scheduler.Cores)
        {
            ref WorkerWatch watch = ref _workers[core.Index];
            long polls = Volatile.Read(ref core.Counters.Polls); // ORDERING: read again before anything follows from it.
            Ambient? holder = Volatile.Read(ref core.Holder);
            if (holder is null || !holder.Hold.IsPolling || polls != watch.Polls)
            {
                watch = new WorkerWatch { Polls = polls };
                continue;
            }

            if (watch.Nanos == 0)
            {
                watch.Compiled = JitInfo.GetCompilationTime();
            }

            watch.Nanos += passed;
            if (watch.Nanos >= _scheduler.SliceNanos && Volatile.Read(ref holder.Guard) is null) // ORDERING: a moment's picture.
            {
                // Unless a local set is polled there, whose tasks have slices of their own. At each look: see there.
                holder.TryEndSlice();
            }

            if (watch.Nanos >= _thresholdNanos)
            {
                MoveOn(core, holder, ref watch);
            }
        }
    }

    private void MoveOn(Core core, Ambient holder, ref WorkerWatch watch)
    {
        // Which task it is must be read while it is being polled; if the poll ends meanwhile the report is of no use.
        TaskHeader? task = PolledTask.On(holder)?.Target as TaskHeader; // An arm of a combinator leads to its task.
        long slice = _scheduler.SliceNanos;
        long overAt = slice == long.MaxValue ? 0 : _time.LatestLook + long.Max(0, slice - watch.Nanos);
        bool moved = _scheduler.Crew.TryTakeFromStuck(core, watch.Polls, overAt);
        if (!moved && Volatile.Read(ref core.Counters.Polls) != watch.Polls)
        {
            return;
        }

        if (!watch.IsReported)
        {
            watch.IsReported = true;
            _stuck.Report(task, core.Index, watch.Nanos, JitInfo.GetCompilationTime() - watch.Compiled, moved);
        }
    }

    private void LookAtDriver()
    {
        SharedDriver driver = _scheduler.Driver;
        uint turns = driver.Turns;

        // Where workers take it themselves it is left to them, also when a timer is due: a watchdog that holds it and is
        // kept from running would hold them up. A due timer is looked at again in half a millisecond.
        if (driver.IsHeld || turns != _driverTurns)
        {
            _driverTurns = turns;
            return;
        }

        // Somebody who sleeps may sleep on the driver, and then this is over. Else it is looked at from here.
        if (!_scheduler.HandOverDriver() && driver.TryAcquire())
        {
            try
            {
                driver.Timers.Wait(0);
            }
            finally
            {
                driver.Release();
            }

            // Who went to sleep meanwhile found it held.
            _scheduler.HandOverDriver();
            _driverTurns = driver.Turns;
        }
    }

    /// <summary>What the watchdog remembers of a worker.</summary>
    private struct WorkerWatch
    {
        internal long Polls;

        /// <summary>How long that poll has been seen to last.</summary>
        internal long Nanos;

        /// <summary>How long the process had compiled when that was first seen.</summary>
        internal TimeSpan Compiled;

        internal bool IsReported;
    }
}
