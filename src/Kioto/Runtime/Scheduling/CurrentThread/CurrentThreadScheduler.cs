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
    /// <summary>Ticks between two looks at the driver while there is work. Tokio's number.</summary>
    private const uint EventInterval = 61;

    /// <summary>Ticks between two looks at the tasks of other threads while there are own ones. Tokio's number.</summary>
    private const uint GlobalInterval = 31;

    /// <summary>How long the core's holder sleeps at most while the runtime is shutting down.</summary>
    private const long ShutdownPollNanos = 2_000_000;

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
    private uint _tick;

    private bool _swept;
    private bool _finished;

    // INVARIANT: written under the lock.
    private bool _closed;
    private long _killAt = long.MaxValue;

    internal CurrentThreadScheduler(RuntimeOptions options)
        : base(options, 1)
    {
    }

    internal override bool IsClosed => Volatile.Read(ref _closed); // ORDERING: pairs with Close.

    // ORDERING: only the thread itself can make this true or false for it.
    private bool HoldsCore(Ambient ambient) => ReferenceEquals(Volatile.Read(ref _holder), ambient);

    internal override bool IsWorker(Ambient ambient) => HoldsCore(ambient);

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

    internal override void BlockOn(BlockOnStrand strand)
    {
        using EnterScope scope = EnterScope.ForBlockOn(this);
        Ambient ambient = scope.Ambient;
        while (!TryTakeCore(ambient, strand))
        {
            if (strand.PollIfWoken(ambient))
            {
                StopWaiting(strand);
                return;
            }

            strand.Park();
        }

        try
        {
            Drive(ambient, strand);
        }
        finally
        {
            GiveCore(strand);
        }
    }

    private protected override void Close(long graceNanos)
    {
        Volatile.Write(ref _killAt, Clock.Now + graceNanos);
        using (_lock.EnterScope())
        {
            Volatile.Write(ref _closed, true);
        }

        // Whoever holds the core cleans up in its loop; if nobody does, whoever shuts down.
        Ambient ambient = Ambient.Current;
        if (!ambient.Polling && TryTakeCore(ambient, null))
        {
            CleanUpHere(ambient);
            return;
        }

        UnparkDriver();
        Threads.Start(CleanUpWhenFree, Options.ThreadName);
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
            while (!CleanUpStep(ambient))
            {
                if (!RunSome(ambient))
                {
                    WaitForEvents(null, ShutdownPollNanos);
                }
            }
        }

        GiveCore(null);
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
            _slab.AbortAll();
            _remoteSlab.AbortAll();
        }

        // ORDERING: Close writes it before the flag that led here.
        if (!NothingIsLeft() && Clock.Now < Volatile.Read(ref _killAt))
        {
            return false;
        }

        Volatile.Write(ref _finished, true);
        Interlocked.MemoryBarrier(); // ORDERING: before the queue is emptied for the last time; pairs with TrySpawn's push.
        KillRemaining();
        CloseDriver();

        // Only the core's holder polls the driver, and from now on none does.
        Driver.Driver.Dispose();
        SetEnded();
        return true;
    }

    private bool NothingIsLeft() => _head is null && _inject.IsEmpty && _slab.IsEmpty() && _remoteSlab.IsEmpty();

    private void KillRemaining()
    {
        _slab.KillAll();
        _remoteSlab.KillAll();
        while (PopLocal() is { } task)
        {
            task.KillUnlessListed();
        }

        _inject.KillUnlisted();
    }

    private void Drive(Ambient ambient, BlockOnStrand strand)
    {
        while (true)
        {
            if (strand.PollIfWoken(ambient))
            {
                return;
            }

            if (Volatile.Read(ref _closed) && CleanUpStep(ambient)) // ORDERING: seen late, it is done late.
            {
                // The runtime has ended, and its driver with it; the future may still wait for somebody else.
                strand.Park();
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
        for (uint i = 0; i < EventInterval; i++)
        {
            if (NextTask() is not { } task)
            {
                return false;
            }

            ambient.Budget = Ambient.PollBudget;
            if (task.Run(ambient) != RunOutcome.Released)
            {
                PushLocal(task);
            }
        }

        return true;
    }

    private TaskHeader? NextTask()
    {
        return ++_tick % GlobalInterval == 0 ? TakeShared() ?? PopLocal() : PopLocal() ?? TakeShared();
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
        }

        if (first is not null)
        {
            first.Next = null;
        }

        return first;
    }

    private void Sleep(BlockOnStrand strand)
    {
        Depot.TrimMagazines(Ambient.Current);
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
    }

    // INVARIANT: on a paused clock, see ClockState: all that could be done has been, and whoever adds to it unparks.
    private void WaitForEvents(BlockOnStrand? strand, long timeoutNanos)
    {
        TimerService timers = Driver.Timers;
        if (!timers.Clock.IsPaused)
        {
            timers.Wait(timeoutNanos);
            return;
        }

        timers.Wait(0);
        if (!HasWork(strand) && !timers.Clock.WakeIdleWaiter())
        {
            timers.AdvanceOrWait(timeoutNanos);
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

            Volatile.Write(ref _holder, ambient);
        }

        strand?.SetDriving(this);
        return true;
    }

    private void GiveCore(BlockOnStrand? strand)
    {
        strand?.SetDriving(null);
        Ambient.Current.Closing = null;
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
