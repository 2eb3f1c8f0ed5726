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

    /// <summary>It has run, and may be used again.</summary>
    /// <param name="ambient">The current thread's context.</param>
    private protected virtual void Recycle(Ambient ambient)
    {
    }

    private protected sealed override bool BeginBody(Ambient ambient)
    {
        // Its frames, if any, belong to no strand of ours.
        ambient.Strand = null;
        Run();
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
