using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Runtime;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Kioto;

/// <summary>
/// The time guard of threads that no watchdog watches: those that drive a current-thread or local runtime or a local
/// set, and the workers of per-core ones. One thread for the process.
/// </summary>
/// <remarks>
/// It looks every few milliseconds whether a thread is still in the poll that it was in, and when that has gone on for
/// the scheduler's slice it takes the rest of the poll's budget: the next leaf yields. It tells of polls that are stuck,
/// too: nobody could go on with the thread's other tasks. A poll pays a count and a look at
/// whether the keeper sleeps. While nobody polls it sleeps without a time-out.
/// </remarks>
internal sealed class SliceKeeper
{
    /// <summary>The keeper of the process.</summary>
    internal static readonly SliceKeeper Shared = new();

    private const long LongestPeriod = 5_000_000;
    private const long ShortestPeriod = 1_000_000;

    // After so many looks at threads that begin nothing it sleeps until one does.
    private const int PatientLooks = 20;

    private readonly Lock _lock = new();
    private readonly ThreadParker _parker = new();

    // INVARIANT: under the lock; the entries' own fields are the keeper's.
    private readonly List<Watched> _threads = [];

    // What a look has found, to be told after it. The keeper's.
    private readonly List<StuckPoll> _stuck = [];
    private SliceSleep _sleep;
    private bool _isStarted;

    private RunningTime _time;
    private long _period = LongestPeriod;

    /// <summary>Whether it waits for somebody to poll, and looks at nothing.</summary>
    internal bool IsAsleep => _sleep.IsAsleep;

    /// <summary>A poll begins whose length somebody may watch. Its own thread.</summary>
    /// <param name="ambient">The thread's context.</param>
    /// <param name="budget">The poll's budget.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // each poll of these schedulers
    internal static void BeginTurn(Ambient ambient, int budget)
    {
        ambient.Budget = budget;
        ambient.Slice.Begin();
        if (ambient.Guard is not null && Shared._sleep.IsAsleep)
        {
            Shared.Rouse();
        }
    }

    /// <summary>The scheduler whose slice a thread's polls have from now on, if that has one.</summary>
    /// <param name="ambient">The current thread's context. Whoever calls restores its Guard.</param>
    /// <param name="scheduler">The scheduler; null for none.</param>
    internal static void Enter(Ambient ambient, Scheduler? scheduler)
    {
        if (scheduler is null || (scheduler.SliceNanos == long.MaxValue && StuckNanos(ambient, scheduler) == long.MaxValue))
        {
            ambient.Guard = null;
            return;
        }

        ambient.Guard = scheduler;
        if (!ambient.IsWatched)
        {
            ambient.IsWatched = true;
            Shared.Add(ambient);
        }
    }

    /// <summary>How long to wait between two looks, so that a slice is seen to end not much later than it does.</summary>
    /// <param name="sliceNanos">The slice.</param>
    /// <returns>Nanoseconds.</returns>
    internal static long PeriodFor(long sliceNanos) => long.Clamp(sliceNanos / 2, ShortestPeriod, LongestPeriod);

    // The workers of a multi-thread runtime have a watchdog that tells. Whether a thread is one never changes while it
    // polls: one whose core was taken is one still, and has been told of.
    private static long StuckNanos(Ambient ambient, Scheduler scheduler) =>
        scheduler is RuntimeScheduler runtime && !ReferenceEquals(ambient.Home, runtime) ? runtime.Stuck.ThresholdNanos : long.MaxValue;

    private void Add(Ambient ambient)
    {
        using (_lock.EnterScope())
        {
            _threads.Add(new Watched(ambient));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Rouse()
    {
        if (!_sleep.TryRouse())
        {
            return;
        }

        bool start;
        using (_lock.EnterScope())
        {
            start = !_isStarted;
            _isStarted = true;
        }

        if (start)
        {
            Start();
        }
        else
        {
            _parker.Unpark();
        }
    }

    private void Start()
    {
        try
        {
            Threads.Start(Run, "kioto-slices");
        }
        catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException)
        {
            // The system has no thread for us; nobody tries again, as the keeper counts as awake.
            Trace.TraceWarning($"Kioto could not start the thread that watches time slices: {exception.Message}");
        }
    }

    private void Run()
    {
        _time = new RunningTime();
        for (int idle = 0; ; _parker.Park(_period))
        {
            idle = Look(_time.Look(_period)) ? 0 : idle + 1;
            if (idle >= PatientLooks)
            {
                Sleep();
                idle = 0;
                _time.Look(_period); // What passed meanwhile was nobody's.
            }
        }
    }

    private void Sleep()
    {
        _sleep.FallAsleep();
        if (AnyMoved())
        {
            _sleep.TryRouse(); // Or somebody else has.
            return;
        }

        while (_sleep.IsAsleep)
        {
            _parker.Park();
        }
    }

    private bool AnyMoved()
    {
        using (_lock.EnterScope())
        {
            foreach (Watched watched in _threads)
            {
                if (watched.HasMoved)
                {
                    return true;
                }
            }

            return false;
        }
    }

    // Returns whether anybody polls whose slice is not over.
    private bool Look(long passed)
    {
        bool busy = false;
        long period = LongestPeriod;
        using (_lock.EnterScope())
        {
            for (int i = _threads.Count - 1; i >= 0; i--)
            {
                if (_threads[i].HasEnded)
                {
                    _threads.RemoveAt(i);
                    continue;
                }

                busy |= _threads[i].Look(passed, ref period);
                if (_threads[i].TakeStuck() is { } found)
                {
                    _stuck.Add(found);
                }
            }
        }

        // Outside the lock: it is user code.
        foreach (StuckPoll found in _stuck)
        {
            found.Runtime.Stuck.Report(found.Task, found.Worker, found.Nanos, found.Compilation, moved: false);
        }

        _stuck.Clear();

        _period = period;
        return busy;
    }

    /// <summary>What the keeper remembers of a thread. Nothing that keeps the thread's pools alive when it has ended.</summary>
    private sealed class Watched(Ambient thread)
    {
        private readonly WeakReference<Ambient> _thread = new(thread);
        private int _turns = thread.Slice.Count;
        private long _nanos;
        private TimeSpan _compiled = JitInfo.GetCompilationTime();
        private bool _isTold;
        private StuckPoll? _stuck;

        internal bool HasEnded => !_thread.TryGetTarget(out Ambient? ambient) || !ambient.Thread.IsAlive;

        internal bool HasMoved => _thread.TryGetTarget(out Ambient? ambient) && ambient.Slice.Count != _turns;

        internal bool Look(long passed, ref long period)
        {
            if (!_thread.TryGetTarget(out Ambient? ambient))
            {
                return false;
            }

            // ORDERING: moments' pictures; what follows from them does no harm to another poll.
            int turns = ambient.Slice.Count;
            bool moved = turns != _turns;
            if (moved)
            {
                _turns = turns;
                _nanos = 0;
                _compiled = JitInfo.GetCompilationTime();
                _isTold = false;
            }

            if (Volatile.Read(ref ambient.Guard) is not { } guard)
            {
                return false;
            }

            period = long.Min(period, PeriodFor(guard.SliceNanos));
            if (moved)
            {
                return true;
            }

            if (!guard.IsTimeReal || PolledTask.On(ambient) is not { } strand)
            {
                return false; // Its time does not pass while it polls, or it sleeps.
            }

            _nanos += passed;
            bool sliced = guard.SliceNanos == long.MaxValue || (_nanos >= guard.SliceNanos && ambient.TryEndSlice());
            return !LookWhetherStuck(ambient, guard, strand) | !sliced;
        }

        /// <summary>The poll that the last look has found stuck, once.</summary>
        /// <returns>What to tell, or null.</returns>
        internal StuckPoll? TakeStuck()
        {
            StuckPoll? stuck = _stuck;
            _stuck = null;
            return stuck;
        }

        // Returns whether there is nothing (more) to be told of this poll.
        private bool LookWhetherStuck(Ambient ambient, Scheduler guard, Strand strand)
        {
            long threshold = StuckNanos(ambient, guard);
            if (_isTold || _nanos < threshold)
            {
                return _isTold || threshold == long.MaxValue;
            }

            // Which task it is must be read while it is polled: if the poll has ended meanwhile it is not told.
            RuntimeScheduler runtime = (RuntimeScheduler)guard;
            int worker = runtime.WorkerIndex(ambient);
            _isTold = true;

            // A thread without a worker holds nobody up but the tasks of its local set. ORDERING: as for the turns.
            bool matters = worker >= 0 || Volatile.Read(ref ambient.Local) is not null;
            if (matters && ambient.Slice.Count == _turns)
            {
                _stuck = new StuckPoll(runtime, strand.Target as TaskHeader, worker, _nanos, JitInfo.GetCompilationTime() - _compiled);
            }

            return true;
        }
    }
}
