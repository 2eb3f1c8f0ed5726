using System.Runtime.CompilerServices;
using System.Threading;

namespace Kioto;

/// <summary>Foreign code on a scheduler's queues: a task without future or handle, polled once from start to end.</summary>
/// <remarks>It is never lost: refused, aborted before it ran, or killed, it runs on the .NET thread pool.</remarks>
internal abstract class WorkItem : TaskHeader
{
    /// <summary>Queues it.</summary>
    /// <param name="scheduler">The scheduler.</param>
    /// <returns>False when the scheduler has been shut down: nothing has happened.</returns>
    internal bool TryQueue(Scheduler scheduler)
    {
        Scheduler = scheduler;
        return scheduler.TrySpawn(this, Ambient.Current);
    }

    /// <summary>Runs it where .NET would run it.</summary>
    internal void QueueOnThreadPool() =>
        ThreadPool.UnsafeQueueUserWorkItem(static item => item.RunOnThreadPool(), this, preferLocal: false);

    /// <summary>Runs it on one of the scheduler's threads. Never throws.</summary>
    private protected abstract void Run();

    /// <summary>Runs it on a thread of the .NET pool, which resets its contexts afterwards.</summary>
    private protected abstract void RunOnThreadPool();

    /// <summary>Takes a free one from a stack of this thread's.</summary>
    /// <param name="free">The stack.</param>
    /// <returns>One that nobody else knows, or null.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every action that is queued
    private protected static TaskHeader? TakeFree(FreeActions free)
    {
        if (free.Head is { } item)
        {
            free.Head = item.Next;
            free.Room++;
            item.Next = null;
            return item;
        }

        return null;
    }

    /// <summary>Puts this one, which has run, onto a stack of this thread's where there is room, and where nobody may still abort it.</summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <param name="stack">The stack.</param>
    /// <param name="size">What one object counts of the pools' bound.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every action that has run
    private protected void PutFree(Ambient ambient, ref FreeActions stack, int size)
    {
        // ORDERING: a closing scheduler sets the flag, then reads its list of live tasks and aborts what it finds. The
        // fence between leaving that list and reading the flag makes sure that a task which can still be aborted by
        // that sweep is never handed to somebody else.
        Interlocked.MemoryBarrier();
        if (!Scheduler.IsClosed && (stack.Room > 0 || PoolShare.TryGrow(ambient, ref stack, size)))
        {
            Ownership.End(this);
            ResetHeader();
            FreeActions free = stack;
            if (ReferenceEquals(free, FreeActions.None))
            {
                return; // Trimmed just now.
            }

            Next = free.Head;
            free.Head = this;
            free.Room--;
        }
    }

    /// <summary>It has run, and may be used again.</summary>
    /// <param name="ambient">The current thread's context.</param>
    private protected virtual void Recycle(Ambient ambient)
    {
    }

    private protected sealed override bool BeginBody(Ambient ambient)
    {
        // Its frames, if any, belong to no strand of ours.
        ambient.Strand = null;
        Strand? outer = ambient.Foreign;
        ambient.Foreign = this;
        Run();
        ambient.Foreign = outer;
        ContextFlow.Enter(null, ambient);
        if (!ReferenceEquals(SynchronizationContext.Current, Scheduler.Context))
        {
            SynchronizationContext.SetSynchronizationContext(Scheduler.Context);
        }

        return true;
    }

    private protected sealed override void Complete(Ambient ambient)
    {
        bool ran = !Cancelled;
        Status.TransitionToComplete();
        Leave(ambient);
        if (!ran)
        {
            QueueOnThreadPool();
            return;
        }

        Recycle(ambient);
    }

    private protected sealed override void OnKilled()
    {
        Status.TransitionToComplete();
        Leave(Ambient.Current);
        QueueOnThreadPool();
    }

    private void Leave(Ambient ambient)
    {
        if (Slot >= 0)
        {
            Scheduler.Unregister(this, ambient);
        }
    }
}
