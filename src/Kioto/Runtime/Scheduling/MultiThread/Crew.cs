using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Threading;

namespace Kioto;

/// <summary>The threads of a multi-thread scheduler: who holds which core, and the reserve that takes cores over.</summary>
/// <remarks>
/// A core leaves its thread in three ways: the thread gives it away before it blocks (BlockInPlace, BlockOn), the
/// watchdog takes it from a thread that is stuck in a poll, or the runtime ends. Then a thread of the reserve is seated
/// with it, and begins to run it when it has woken up; until then the thread that gave it away may take it back.
/// INVARIANT, SEAT: all under the hand-off lock. A core that runs has a holder or a seat, never both, or is vacant; the
/// holder's <see cref="CoreHold"/> says so too, but while a revocation is under way.
/// The reserve's threads come on top of the workers and are bounded, as are those of the blocking pool; they leave after
/// the keep-alive. Where there is none, a core becomes vacant, and what it had goes to the shared queue.
/// INVARIANT, VACANT: a core becomes vacant only while nobody is in reserve, and who is about to be takes it: nobody
/// sleeps beside one.
/// </remarks>
internal sealed class Crew
{
    // The hand-off lock. INVARIANT: who holds it waits for nobody; a use of a core (see CoreHold) never waits for it.
    private readonly Lock _lock = new();
    private readonly MultiThreadScheduler _scheduler;

    // The latest first: the others have a chance to time out. INVARIANT: these hold their thread's InReserve.
    private readonly List<WorkerThread> _reserve = [];
    private readonly int _most;

    // INVARIANT: under the lock. Few: there is one only while all threads that there may be are in use.
    private readonly List<Core> _vacant = [];

    // Threads whose poll goes on without the core that it began with. INVARIANT: under the lock; the count is read without.
    private readonly List<Ambient> _stray = [];
    private int _strayPolls;

    // Those of them that the watchdog has found stuck; the others have given their core away. INVARIANT: under the lock.
    private readonly List<Ambient> _stuck = [];

    // Since when each of them is, by the clock; so the first has been for longest. INVARIANT: under the lock.
    private readonly List<long> _stuckSince = [];
    private readonly long _keepAliveNanos;
    private int _threads;
    private bool _closed;

    internal Crew(MultiThreadScheduler scheduler)
    {
        RuntimeOptions options = scheduler.Options;
        _scheduler = scheduler;

        _most = options.WorkerThreads + options.MostReserveThreads;
        double nanos = options.ThreadKeepAlive.TotalMilliseconds * 1_000_000;
        _keepAliveNanos = nanos < 0 || nanos >= long.MaxValue ? -1 : (long)nanos;
    }

    /// <summary>How many threads there are beyond one a core: waiting in reserve, or blocked without a core.</summary>
    internal int ReserveCount
    {
        get
        {
            using (_lock.EnterScope())
            {
                return int.Max(0, _threads - _scheduler.WorkerCount);
            }
        }
    }

    /// <summary>How many polls go on that were found stuck, and whose core is elsewhere since.</summary>
    internal int StuckPolls
    {
        get
        {
            using (_lock.EnterScope())
            {
                return _stuck.Count;
            }
        }
    }

    /// <summary>Which of those polls has gone on for longest.</summary>
    /// <param name="nanos">For how long, since it was found stuck; 0 where there is none.</param>
    /// <returns>Its task; null if it can't be told, or there is none.</returns>
    internal TaskHeader? LongestStuck(out long nanos)
    {
        using (_lock.EnterScope())
        {
            nanos = _stuck.Count == 0 ? 0 : long.Max(1, Clock.Now - _stuckSince[0]);
            return _stuck.Count == 0 ? null : PolledTask.On(_stuck[0])?.Target as TaskHeader;
        }
    }

    /// <summary>Whether any poll goes on without the core that it began with.</summary>
    internal bool HasStrayPolls => Volatile.Read(ref _strayPolls) != 0; // ORDERING: acquire; pairs with EndStrayPoll's lock.

    /// <summary>Starts one of the first threads.</summary>
    /// <param name="core">Its core.</param>
    internal void StartWorker(Core core)
    {
        WorkerThread thread = new(this, _scheduler, core.Index);
        using (_lock.EnterScope())
        {
            _threads++;
            Seat(core, thread);
        }

        Threads.StartWorker(_scheduler, core.Index, thread.Run);
    }

    /// <summary>Waits until the thread has been seated, and takes that core.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="ambient">Its context.</param>
    /// <returns>The core; null when the thread is to end.</returns>
    internal Core? Next(WorkerThread thread, Ambient ambient)
    {
        long deadline = _keepAliveNanos < 0 ? long.MaxValue : Clock.Now + _keepAliveNanos;
        while (true)
        {
            long left = deadline == long.MaxValue ? -1 : deadline - Clock.Now;
            bool expired = deadline != long.MaxValue && left <= 0;
            using (_lock.EnterScope())
            {
                if ((thread.Seated ?? FirstVacant()) is { } core)
                {
                    Occupy(core, thread, ambient);
                    return core;
                }

                if (_closed || expired)
                {
                    Dismiss(thread);
                    return null;
                }

                AddToReserve(thread);
            }

            thread.Parker.Park(left);
        }
    }

    /// <summary>Whether a thread that found no core after a poll has lost it, and not only for a moment.</summary>
    /// <param name="core">The core that it had.</param>
    /// <param name="ambient">The thread's context.</param>
    /// <returns>True if it is somebody else's.</returns>
    internal bool HasLost(Core core, Ambient ambient)
    {
        using (_lock.EnterScope()) // VERDICT: no revocation is under way.
        {
            return !ReferenceEquals(core.Holder, ambient);
        }
    }

    /// <summary>Takes a core from a thread that is stuck in a poll. Any thread but that.</summary>
    /// <param name="core">The core.</param>
    /// <param name="polls">Its number of polls when it was found stuck.</param>
    /// <param name="overAt">When that poll's slice is over, see <see cref="Ambient.OverAt"/>: nobody looks at it any more.</param>
    /// <returns>Whether that thread has it no more. If it has, it may be tried again.</returns>
    internal bool TryTakeFromStuck(Core core, long polls, long overAt = 0)
    {
        bool hasReserve = EnsureReserve(core.Index);
        WorkerThread? thread;
        using (_lock.EnterScope())
        {
            // ORDERING: a poll that has ended meanwhile costs its thread the core, and nothing else.
            if ((hasReserve && _reserve.Count == 0) || core.Holder is not { } holder ||
                Volatile.Read(ref core.Counters.Polls) != polls || !holder.Hold.TryRevoke(core))
            {
                return false;
            }

            Volatile.Write(ref holder.OverAt, overAt); // ORDERING: a hint, until the poll ends.
            _stuck.Add(holder);
            _stuckSince.Add(Clock.Now);
            thread = PassOn(core, holder);
        }

        Tell(thread);
        return true;
    }

    /// <summary>Gives the calling thread's core to a thread of the reserve, before the poll that goes on here blocks.</summary>
    /// <param name="ambient">The thread's context.</param>
    /// <returns>The core, for <see cref="TryTakeBack"/>; null if it had none.</returns>
    internal Core? GiveAway(Ambient ambient)
    {
        while (ambient.Hold.Core is Core held)
        {
            // Where another worker that is going to block has taken that thread: there is to be one for each.
            if (TryGiveAway(ambient, EnsureReserve(held.Index), out Core? core, out WorkerThread? thread))
            {
                Tell(thread);
                return core;
            }
        }

        return null;
    }

    private bool TryGiveAway(Ambient ambient, bool hasReserve, [NotNullWhen(true)] out Core? core, out WorkerThread? thread)
    {
        using (_lock.EnterScope())
        {
            core = ambient.Hold.Core as Core;
            if (core is null || (hasReserve && _reserve.Count == 0))
            {
                thread = null;
                return false;
            }

            core.HandInLifo();
            ambient.Hold.Set(null);
            thread = PassOn(core, ambient);
            return true;
        }
    }

    // Where the core is vacant what it had is the others'.
    private void Tell(WorkerThread? thread)
    {
        if (thread is not null)
        {
            thread.Parker.Unpark();
        }
        else
        {
            _scheduler.NotifyParked();
        }
    }

    /// <summary>Takes a core back that nobody has begun to run.</summary>
    /// <param name="core">What <see cref="GiveAway"/> gave.</param>
    /// <param name="ambient">The thread's context.</param>
    /// <returns>Whether it is this thread's again.</returns>
    internal bool TryTakeBack(Core core, Ambient ambient)
    {
        using (_lock.EnterScope())
        {
            // If another thread has swept its list, the task that is polled here may have yet to enter that.
            bool isVacant = ReferenceEquals(core.LeftBy, ambient);
            if ((core.Seat is null && !isVacant) || core.Swept)
            {
                return false;
            }

            if (core.Seat is { } thread)
            {
                thread.Seated = null;
                core.Seat = null;
                AddToReserve(thread); // It is awake, or about to be, and will see that it waits for nothing.
            }
            else
            {
                Fill(core);
            }

            core.Holder = ambient;
            ambient.Hold.Set(core);
            RemoveStray(ambient);
            return true;
        }
    }

    /// <summary>A poll has ended that had lost its core, and its task is where others find it.</summary>
    /// <param name="ambient">The thread's context.</param>
    internal void EndStrayPoll(Ambient ambient)
    {
        using (_lock.EnterScope())
        {
            RemoveStray(ambient);
        }
    }

    /// <summary>Adds the tasks of polls that go on without a core, at some moment. Any thread.</summary>
    /// <param name="tasks">Where to add them.</param>
    internal void CopyStrayTo(HashSet<TaskHeader> tasks)
    {
        using (_lock.EnterScope())
        {
            foreach (Ambient stray in _stray)
            {
                _scheduler.AddPolled(stray, tasks);
            }
        }
    }

    /// <summary>
    /// The runtime ends, and the thread's core runs no more: if there is a vacant one, the thread is to end that too. If
    /// not, it counts no more, before it runs its stop hook: for a core that becomes vacant now there is room for another.
    /// </summary>
    /// <param name="core">The core.</param>
    /// <param name="thread">The calling thread.</param>
    /// <param name="ambient">Its context.</param>
    /// <returns>The core that it has now; null where there is none: then it stops.</returns>
    internal Core? TryReplace(Core core, WorkerThread thread, Ambient ambient)
    {
        using (_lock.EnterScope())
        {
            core.Holder = null;
            if (FirstVacant() is { } vacant)
            {
                Occupy(vacant, thread, ambient);
                return vacant;
            }

            ambient.Hold.Set(null);
            Dismiss(thread);
            return null;
        }
    }

    /// <summary>The runtime has ended: threads in reserve leave, and those that come back from a poll.</summary>
    internal void Close()
    {
        WorkerThread[] waiting;
        using (_lock.EnterScope())
        {
            _closed = true;
            waiting = [.. _reserve];
        }

        foreach (WorkerThread thread in waiting)
        {
            thread.Parker.Unpark();
        }
    }

    // Makes sure that there is a thread in reserve; somebody else may take it before the caller does.
    private bool EnsureReserve(int worker)
    {
        WorkerThread thread;
        using (_lock.EnterScope())
        {
            if (_reserve.Count > 0)
            {
                return true;
            }

            if (_closed || _threads >= _most)
            {
                return false;
            }

            thread = new WorkerThread(this, _scheduler, worker);
            _threads++;
        }

        bool started = TryStart(thread);
        using (_lock.EnterScope())
        {
            if (!started)
            {
                _threads--;
            }
            else if (!thread.HasJoined && !_closed)
            {
                AddToReserve(thread); // Before it does so itself: it may take a while to run.
            }
        }

        return started;
    }

    private bool TryStart(WorkerThread thread)
    {
        try
        {
            Threads.StartWorker(_scheduler, thread.Worker, thread.Run);
            return true;
        }
        catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException)
        {
            // The system has no thread for us: the core stays where it is.
            Trace.TraceWarning($"A Kioto runtime could not start a reserve thread: {exception.Message}");
            return false;
        }
    }

    // Null where nobody is in reserve. Then the core's tasks are handed over before it is vacant: it can't be run until then.
    private WorkerThread? PassOn(Core core, Ambient from)
    {
        core.Holder = null;
        _stray.Add(from);
        Volatile.Write(ref _strayPolls, _stray.Count); // ORDERING: before the core can run, and so end.
        if (_reserve.Count == 0)
        {
            core.HandOverTasks();
            core.LeftBy = from;
            _vacant.Add(core);
            return null;
        }

        WorkerThread thread = TakeFromReserve();
        Seat(core, thread);
        return thread;
    }

    // The poll has ended, or has its core again.
    private void RemoveStray(Ambient ambient)
    {
        ambient.OverAt = 0;
        _stray.Remove(ambient);
        if (_stuck.IndexOf(ambient) is >= 0 and int at)
        {
            _stuck.RemoveAt(at);
            _stuckSince.RemoveAt(at);
        }

        Volatile.Write(ref _strayPolls, _stray.Count); // ORDERING: release; pairs with HasStrayPolls.
    }

    private void Seat(Core core, WorkerThread thread)
    {
        core.Seat = thread;
        thread.Seated = core;
    }

    private void Occupy(Core core, WorkerThread thread, Ambient ambient)
    {
        thread.HasJoined = true;
        thread.Seated = null;
        core.Seat = null;
        if (core.LeftBy is not null)
        {
            Fill(core);
            RemoveFromReserve(thread);
        }

        core.Holder = ambient;
        ambient.Hold.Begin(core);
    }

    private WorkerThread TakeFromReserve()
    {
        WorkerThread thread = _reserve[^1];
        _reserve.RemoveAt(_reserve.Count - 1);
        thread.InReserve = false;
        return thread;
    }

    private void AddToReserve(WorkerThread thread)
    {
        if (!thread.InReserve)
        {
            thread.InReserve = true;
            thread.HasJoined = true;
            _reserve.Add(thread);
        }
    }

    private void Dismiss(WorkerThread thread)
    {
        _threads--;
        thread.Seated = null;
        RemoveFromReserve(thread);
    }

    private void RemoveFromReserve(WorkerThread thread)
    {
        if (thread.InReserve)
        {
            thread.InReserve = false;
            _reserve.Remove(thread);
        }
    }

    private Core? FirstVacant() => _vacant.Count > 0 ? _vacant[0] : null;

    private void Fill(Core core)
    {
        core.LeftBy = null;
        _vacant.Remove(core);
    }
}
