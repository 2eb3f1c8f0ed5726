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

    /// <summary>Takes a free one: of this thread's, or of those that others have run.</summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <param name="stack">This thread's.</param>
    /// <param name="depot">What all threads share.</param>
    /// <returns>One that nobody else knows, or null.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every action that is queued
    private protected static TaskHeader? TakeFree(Ambient ambient, ref FreeActions stack, Depot depot)
    {
        FreeActions free = stack;
        if (free.Head is { } item)
        {
            free.Head = item.Next;
            free.Room++;
            item.Next = null;
            return item;
        }

        return TakeShared(ambient, ref stack, depot);
    }

    /// <summary>Puts this one, which has run, onto a stack of this thread's where there is room, and where nobody may still abort it.</summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <param name="stack">The stack.</param>
    /// <param name="depot">What all threads share.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every action that has run
    private protected void PutFree(Ambient ambient, ref FreeActions stack, Depot depot)
    {
        // ORDERING: a closing scheduler sets the flag, then reads its list of live tasks and aborts what it finds. The
        // fence between leaving that list and reading the flag makes sure that a task which can still be aborted by
        // that sweep is never handed to somebody else.
        Interlocked.MemoryBarrier();
        if (Scheduler.IsClosed)
        {
            return;
        }

        FreeActions free = stack;
        if (free.Room == 0)
        {
            free = MakeRoom(ambient, ref stack, depot);
            if (free.Room == 0)
            {
                return; // The bound does not allow it, or the stack has been replaced just now.
            }
        }

        Ownership.End(this);
        ResetHeader();
        Next = free.Head;
        free.Head = this;
        free.Room--;
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
        if (!ReferenceEquals(ThreadContext.Of(ambient), Scheduler.Context))
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

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TaskHeader? TakeShared(Ambient ambient, ref FreeActions stack, Depot depot)
    {
        if (depot.TryTake() is not TaskHeader item)
        {
            return null;
        }

        TaskHeader? rest = item.Next;
        item.Next = null;
        if (stack.Capacity < FreeActions.Chain && !PoolShare.TryGrow(ambient, ref stack, depot.ObjectSize, FreeActions.Chain))
        {
            return item; // The garbage collector takes the others.
        }

        // It may have been replaced just now, by one that has no room.
        FreeActions free = stack;
        if (free is { Head: null, Capacity: >= FreeActions.Chain })
        {
            free.Head = rest;
            free.Room -= FreeActions.Chain - 1;
        }

        return item;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static FreeActions MakeRoom(Ambient ambient, ref FreeActions stack, Depot depot)
    {
        FreeActions free = stack;
        if (free.Capacity < FreeActions.Most)
        {
            return PoolShare.TryGrow(ambient, ref stack, depot.ObjectSize, 0) ? stack : FreeActions.None;
        }

        TaskHeader chain = free.Head!;
        TaskHeader last = chain;
        for (int i = 1; i < FreeActions.Chain; i++)
        {
            last = last.Next!;
        }

        free.Head = last.Next;
        free.Room += FreeActions.Chain;
        last.Next = null;
        depot.Put(chain, FreeActions.Chain);
        return free;
    }

    private void Leave(Ambient ambient)
    {
        if (Slot >= 0)
        {
            Scheduler.Unregister(this, ambient);
        }
    }
}
