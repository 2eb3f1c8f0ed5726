using System;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Kioto;

/// <summary>A strand that a scheduler polls: the one object of a task, and the target of its wakers.</summary>
/// <remarks>What each thread may touch when is <see cref="TaskState"/>'s invariants.</remarks>
internal abstract class TaskHeader : Strand
{
    private static ulong s_lastNumber;

    /// <summary>INVARIANT: the link of the one queue that holds the task; written by whoever holds the task (QUEUED).</summary>
    internal TaskHeader? Next;

    internal TaskState Status = new(TaskState.Initial);

    /// <summary>
    /// The place in the scheduler's list of live tasks; negative while it has none. INVARIANT: written by TryRegister
    /// before the task is queued, or by the task's runner; of a blocking closure by who queues it (see TaskCell).
    /// </summary>
    internal long Slot = -1;

    /// <summary>INVARIANT: written before the task is first scheduled, then constant.</summary>
    internal Scheduler Scheduler = null!;

    // Its last poll has ended with a yield, and RUNNING is still set. INVARIANT: written by who holds the task.
    private bool _hasYielded;

    private protected TaskHeader() => IsTask = true;

    /// <summary>Whether it is queued after a yield, in spite of RUNNING. Any thread: a hint.</summary>
    internal bool HasYielded => Volatile.Read(ref _hasYielded); // ORDERING: dumps compare what they read before and after.

    /// <summary>Whether somebody spawned it: it has a handle and an id, and is never used again.</summary>
    internal virtual bool IsSpawned => false;
#if DEBUG || KIOTO_MODEL
    /// <summary>Of a pooled kind: whether somebody has rented it; see <see cref="Ownership"/>.</summary>
    internal bool IsOwned;
#endif

    /// <summary>Whether it is a blocking closure with a token: aborting it runs the token's callbacks.</summary>
    internal virtual bool HasTokenOfItsOwn => false;

    /// <summary>Where it was spawned; unknown for what no call spawned.</summary>
    internal virtual SpawnSite Site => default;

    /// <summary>The root of its await chain once it has been polled, for dumps. Any thread: checked against its version.</summary>
    /// <param name="version">The version that the root has as long as the task lives.</param>
    /// <returns>The root, or null.</returns>
    internal virtual FutureSource? PeekRoot(out uint version)
    {
        version = 0;
        return null;
    }

    /// <summary>What it runs, in words, for dumps: before its first poll, or where the chain can't be read. Any thread.</summary>
    internal virtual string? BodyName => null;

    /// <summary>The policy of the task's scope about failures that nobody observes; null is the runtime's.</summary>
    /// <remarks>To be set before the task is scheduled.</remarks>
    internal FailurePolicy? Failures
    {
        get => KnownExtras?.Failures;
        set => Extras().Failures = value;
    }

    /// <summary>When it became ready, on its runtime's clock. Precondition: it is of the background class.</summary>
    internal long QueuedAt
    {
        get => Volatile.Read(ref KnownExtras!.QueuedAt); // ORDERING: a hint.
        set => Volatile.Write(ref KnownExtras!.QueuedAt, value);
    }

    /// <summary>What the scheduler's observer keeps of the task, or null.</summary>
    internal TaskProbe? Probe
    {
        get => KnownExtras is { } extras ? Volatile.Read(ref extras.Probe) : null; // ORDERING: acquire, pairs with the setter.
        set => Volatile.Write(ref Extras().Probe, value);
    }

    /// <summary>How it ended, for listeners: takes no notice of a failure. Valid once completed.</summary>
    /// <param name="failure">What it threw, or null.</param>
    /// <returns>Whether it was aborted.</returns>
    internal virtual bool PeekOutcome(out System.Exception? failure)
    {
        failure = null;
        return false;
    }

    /// <summary>The task's number, unique in the process: given when first asked for. Any thread.</summary>
    internal ulong KnownId
    {
        get
        {
            StrandExtras extras = KnownExtras ?? Extras();
            ulong number = Volatile.Read(ref extras.Id); // ORDERING: uniqueness only.
            if (number == 0)
            {
                ulong fresh = TaskId.Next();
                number = Interlocked.CompareExchange(ref extras.Id, fresh, 0);
                number = number == 0 ? fresh : number;
            }

            return number;
        }
    }

    internal sealed override void Wake()
    {
        if (Status.TransitionToNotified() == TransitionToNotified.Submit)
        {
            Scheduler.Observer?.Woken(this);
            Scheduler.Schedule(this, Ambient.Current);
        }
    }

    internal sealed override void RequestYield() => Yielded = true;

    // Made by the task's own poll, so that the poll with which it ends sees it without a fence.
    internal sealed override void ExpectHandouts()
    {
        if (KnownExtras is null)
        {
            Extras();
        }
    }

    internal sealed override bool HandOut(Handout handout) => KnownExtras is { } extras && extras.Handouts.TryPush(handout, this);

    internal sealed override void TakeHandout(Handout handout) => KnownExtras?.Handouts.Remove(handout, this);

    /// <summary>Puts a new task into the background class. Before it is scheduled.</summary>
    internal void SetBackground()
    {
        IsBackground = true;
        Extras(); // For QueuedAt: here, so that a wake allocates nothing.
    }

    /// <summary>Asks for cancellation: takes effect at the task's next suspension, at once if it is idle.</summary>
    internal void Abort()
    {
        if (Status.TransitionToCancelled() == TransitionToNotified.Submit)
        {
            Scheduler.Observer?.Woken(this);
            Scheduler.Schedule(this, Ambient.Current);
        }
        else
        {
            OnAbortWhileBusy();
        }
    }

    /// <summary>Polls the task once. Precondition: it was taken from a queue.</summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>What to do with the task now.</returns>
    internal RunOutcome Run(Ambient ambient) => Run(ambient, Status.TransitionToRunning());

    /// <summary>Polls the task once. Precondition: the caller has taken it from a queue and set RUNNING.</summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <param name="how">What the transition said.</param>
    /// <returns>What to do with the task now.</returns>
    internal RunOutcome Run(Ambient ambient, TransitionToRunning how)
    {
        bool cancel = how == TransitionToRunning.Cancel;
        _hasYielded = false;
        Strand? outer = ambient.Strand;
        SynchronizationContext? context = ThreadContext.Of(ambient);
        ambient.Strand = this;
        KnownExtras?.Handouts.BeginTurn();
        while (!Poll(ambient, cancel))
        {
            bool yielded = Yielded;
            Yielded = false;
            if (KnownExtras is { } extras)
            {
                extras.Handouts.EndTurn(this, yielded);
                extras.Probe?.Suspended(this);
            }

            if (Slot < 0)
            {
                Scheduler.RegisterSuspended(this, ambient);
            }

            TransitionToIdle transition = Status.TransitionToIdle(yielded);
            if (transition == TransitionToIdle.Idle)
            {
                Leave(ambient, outer, context);
                ClearContext(ambient);
                return RunOutcome.Released;
            }

            if (transition == TransitionToIdle.Cancel)
            {
                cancel = true;
                continue;
            }

            if (transition == TransitionToIdle.Yielded)
            {
                _hasYielded = true;
            }

            Leave(ambient, outer, context);
            ClearContext(ambient);
            if (transition == TransitionToIdle.Kill)
            {
                Kill();
                return RunOutcome.Released;
            }

            return (RunOutcome)transition;
        }

        Leave(ambient, outer, context);
        KnownExtras?.Handouts.Close(this);
        Complete(ambient);
        ClearContext(ambient);
        return RunOutcome.Released;
    }

    /// <summary>Ends the task without running it any more: its scheduler is gone. Nobody else may be polling it.</summary>
    internal void Kill()
    {
        try
        {
            DropFrames();
        }
        catch (Exception exception)
        {
            // A hand-written future's Dispose threw: whoever waits for the task must get an answer all the same.
            ForgetLeaf();
            DropFrames();
            Scheduler.ReportFailure(exception, FailedTask.Of(this), null);
        }

        Cancelled = true;
        KnownExtras?.Handouts.Close(this);
        OnKilled();
    }

    /// <summary>Ends the task without running it any more; if a thread still polls it, that does so when it can.</summary>
    internal void KillUnlessRunning()
    {
        if (Status.TransitionToKilled() == TransitionToKilled.Now)
        {
            Kill();
        }
    }

    /// <summary>Kills a task that was taken from a queue, unless a list of live tasks has it: it has not begun.</summary>
    internal void KillUnlessListed()
    {
        if (Slot < 0)
        {
            Kill();
        }
        else
        {
            TryPutDown();
        }
    }

    /// <summary>
    /// Takes RUNNING off a task that has yielded: before it goes into a queue that others than the scheduler's own threads
    /// may empty, and where it has been taken from a queue and is not to be polled.
    /// </summary>
    /// <returns>Whether the task lives: else it has been dropped.</returns>
    internal bool TryPutDown()
    {
        if (!_hasYielded)
        {
            return true;
        }

        _hasYielded = false;
        if (!Status.TransitionToPutDown())
        {
            return true;
        }

        Kill();
        return false;
    }

    /// <summary>Starts the task's root.</summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>Whether the root has completed.</returns>
    private protected abstract bool BeginBody(Ambient ambient);

    /// <summary>Takes the root's outcome, publishes it and wakes who waits. The last thing that happens to a task.</summary>
    /// <param name="ambient">The current thread's context.</param>
    private protected abstract void Complete(Ambient ambient);

    /// <summary>Abort was asked for while it runs, is queued, or has ended: who runs it will see, but for a closure.</summary>
    private protected virtual void OnAbortWhileBusy()
    {
    }

    /// <summary>Publishes "cancelled" as the outcome, after the frames have been dropped.</summary>
    private protected abstract void OnKilled();

    /// <summary>Its chain was begun elsewhere: cancelling before its first poll here has frames to unwind.</summary>
    private protected void MarkBegun() => Begun = true;

    /// <summary>As new, for a pooled kind of task.</summary>
    private protected void ResetHeader()
    {
        Next = null;
        Slot = -1;
        ForgetChain();
        ResetCancellation();
        Begun = false;
        Yielded = false;
        _hasYielded = false;
        Status.Reset();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every poll
    private static void ClearContext(Ambient ambient)
    {
        if (ambient.FlowIsOff)
        {
            ContextFlow.Clear(ambient);
        }
    }

    // After TransitionToIdle another thread may run the task, unless it has yielded: nothing of it is touched here.
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every poll
    private static void Leave(Ambient ambient, Strand? outer, SynchronizationContext? context)
    {
        if (outer is null)
        {
            ambient.Strand = null; // As what follows, without a write barrier: nearly always.
        }
        else
        {
            ambient.Strand = outer;
        }

        if (!ReferenceEquals(ThreadContext.Of(ambient), context))
        {
            // The task's code has set one of its own: it is not for the tasks that run here next.
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every poll
    private bool Poll(Ambient ambient, bool cancel)
    {
        if (Begun)
        {
            return cancel ? Cancel(ambient) : Resume(ambient);
        }

        Begun = true;
        if (cancel || (Slot < 0 && ReferenceEquals(ambient.Closing, Scheduler)))
        {
            // Never polled: there is nothing to unwind.
            Cancelled = true;
            return true;
        }

        return BeginBody(ambient);
    }
}
