using System.Threading;

namespace Kioto;

/// <content>The end: aborting, cleaning up on whatever thread may, and dropping what is left.</content>
internal sealed partial class CurrentThreadScheduler
{
    /// <summary>How long the core's holder sleeps at most while the runtime is shutting down.</summary>
    private const long ShutdownPollNanos = 2_000_000;

    /// <summary>Event intervals of a cleanup that may not wait, before what still asks for turns is dropped.</summary>
    private const int MostTurnsInside = 1024;

    private protected override void Close(long graceNanos)
    {
        SetClosed(graceNanos);

        // Whoever holds the core cleans up in its loop; if nobody does, whoever shuts down.
        Ambient ambient = Ambient.Current;
        if (IsAnothers(ambient))
        {
            UnparkDriver(); // Its own thread does it, when it drives or ends the runtime: see EndHere.
            return;
        }

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

    /// <summary>
    /// Ends a LocalRuntime whose shutdown has begun, here or elsewhere: by the grace, or at once where this thread may not
    /// wait. Inside its own BlockOn it leaves that to BlockOn, and on another thread to its own while that lives.
    /// </summary>
    /// <param name="graceNanos">How long tasks may clean up, at most.</param>
    /// <param name="waits">Whether this thread may wait for them, if it polls nothing.</param>
    internal void EndHere(long graceNanos, bool waits)
    {
        // Whoever has begun may not have come so far.
        SetClosed(graceNanos);
        Ambient ambient = Ambient.Current;
        if (Volatile.Read(ref _finished) || IsAnothers(ambient) || !TryTakeCore(ambient, null)) // ORDERING: written by this thread.
        {
            return;
        }

        if (waits && !ambient.Polling)
        {
            CleanUpHere(ambient);
        }
        else
        {
            CleanUpInside(ambient);
        }
    }

    // A LocalRuntime's thread alone runs its tasks: but one that has ended uses its data no more.
    private bool IsAnothers(Ambient ambient) =>
        _boundTo is { } bound && !ReferenceEquals(bound, ambient) && bound.Thread.IsAlive;

    private void SetClosed(long graceNanos)
    {
        KillBy(Clock.Now + graceNanos); // Before the flag: CleanUpStep reads it after.
        using (_lock.EnterScope())
        {
            Volatile.Write(ref _closed, true); // ORDERING: release of the above.
        }
    }

    // This thread polls for another runtime, or is not to wait: what does not end without waiting is dropped. Nobody else may do it later.
    private void CleanUpInside(Ambient ambient)
    {
        Strand? strand = ambient.Strand;
        Scheduler? closing = ambient.Closing;
        int budget = ambient.Budget;
        bool polling = ambient.Polling;
        ambient.Strand = null;
        ambient.Polling = false;
        using (EnterScope scope = EnterScope.ForBlockOn(this))
        {
            CleanUpStep(ambient);
            for (int turns = 0; turns < MostTurnsInside && RunSome(ambient); turns++)
            {
            }

            KillBy(long.MinValue);
            CleanUpStep(ambient);
        }

        ambient.Polling = polling;
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

        if (!NothingIsLeft() && Clock.Now < KillAt)
        {
            return false;
        }

        // Another worker's tasks may clean up with timers and sockets of this one's driver.
        if (_group is { } group && !MayLeave(group))
        {
            return false;
        }

        Volatile.Write(ref _finished, true); // ORDERING: before the fence below.
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

        return group.AllDrained || Clock.Now >= KillAt;
    }

    /// <summary>Has the worker clean up and end.</summary>
    /// <param name="graceNanos">How long tasks may clean up.</param>
    internal void CloseWorker(long graceNanos)
    {
        SetClosed(graceNanos);
        UnparkDriver();
    }

    private bool NothingIsLeft() =>
        _queue.IsEmpty && _inject.IsEmpty && _background.IsEmpty && _slab.IsEmpty() && _remoteSlab.IsEmpty();

    private void KillRemaining()
    {
        BeforeKill();
        _slab.KillAll();
        _remoteSlab.KillAll();
        while (_queue.Pop() is { } task)
        {
            _counters.Direct--;
            task.KillUnlessListed();
        }

        _inject.KillUnlisted();
        _background.KillUnlisted();
    }
}
