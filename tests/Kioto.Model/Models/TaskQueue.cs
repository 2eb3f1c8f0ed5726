using System.Threading;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>The least scheduler: one queue, and a thread that runs its tasks or sleeps.</summary>
internal sealed class TaskQueue : Scheduler
{
    private readonly InjectQueue _queue = new();
    private readonly ThreadParker _parker = new();
    private readonly Lock _lock = new();

    internal override SynchronizationContext Context => throw new System.NotSupportedException();

    internal override ITimerSource Timers => throw new System.NotSupportedException();

    internal override bool IsClosed => false;

    internal override bool TryRegister(TaskHeader task, Ambient ambient) => true;

    internal override void Unregister(TaskHeader task, Ambient ambient)
    {
    }

    internal override void Schedule(TaskHeader task, Ambient ambient)
    {
        Push(task);
        _parker.Unpark();
    }

    internal override void ReportUnhandled(System.Exception failure) => throw failure;

    internal void Spawn(TaskHeader task)
    {
        task.Scheduler = this;
        Push(task);
    }

    /// <summary>Runs tasks and sleeps until this one has ended.</summary>
    internal void RunUntilEnd(ModelTask task)
    {
        while (task.Completions == 0)
        {
            RunOrPark();
        }
    }

    internal void RunOrPark()
    {
        if (!RunOne())
        {
            _parker.Park();
        }
    }

    /// <summary>Runs a task if there is one.</summary>
    internal bool RunOne()
    {
        TaskHeader? task;
        using (_lock.EnterScope())
        {
            task = _queue.PopChain(1);
            if (task is ModelTask { } popped)
            {
                Assert.True(popped.Queued);
                popped.Queued = false;
            }
        }

        if (task is null)
        {
            return false;
        }

        if (task.Run(Ambient.Current) != RunOutcome.Released)
        {
            Push(task);
        }

        return true;
    }

    private void Push(TaskHeader task)
    {
        using (_lock.EnterScope())
        {
            // INVARIANT, QUEUED: in one queue at most.
            if (task is ModelTask pushed)
            {
                Assert.False(pushed.Queued);
                pushed.Queued = true;
            }

            _queue.Push(task);
        }
    }
}
