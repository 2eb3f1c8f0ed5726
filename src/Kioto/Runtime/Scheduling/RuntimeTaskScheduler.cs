using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>A runtime as a scheduler of .NET's Tasks. See <see cref="RuntimeHandle.AsTaskScheduler"/>.</summary>
/// <remarks>
/// Inside its Tasks no synchronization context is current, so that an await comes back through TaskScheduler.Current:
/// only so does an exclusive scheduler on top of this one stay exclusive across awaits.
/// </remarks>
internal sealed class RuntimeTaskScheduler : TaskScheduler
{
    private readonly RuntimeScheduler _runtime;

    internal RuntimeTaskScheduler(RuntimeScheduler runtime) => _runtime = runtime;

    public override int MaximumConcurrencyLevel => _runtime.Options.WorkerThreads;

    /// <summary>Runs a Task unless somebody else did. Never throws.</summary>
    /// <param name="task">A Task that was queued here.</param>
    internal void Execute(Task task) => TryExecuteTask(task);

    protected override void QueueTask(Task task)
    {
        if ((task.CreationOptions & TaskCreationOptions.LongRunning) != 0)
        {
            QueueLongRunning(task);
            return;
        }

        ScheduledTask item = new(this, task);
        if (!item.TryQueue(_runtime))
        {
            ThrowUnlessGoingOn(task);
            item.QueueOnThreadPool();
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued)
    {
        Ambient ambient = Ambient.Current;
        if ((task.CreationOptions & TaskCreationOptions.LongRunning) != 0 || ambient.Local is not null || !_runtime.IsWorker(ambient))
        {
            return false;
        }

        Strand? strand = ambient.Strand;
        SynchronizationContext? context = SynchronizationContext.Current;
        ambient.Strand = null;
        SynchronizationContext.SetSynchronizationContext(null);

        // Previously queued, its work item comes later and finds that it has run.
        bool ran = TryExecuteTask(task);
        SynchronizationContext.SetSynchronizationContext(context);
        ambient.Strand = strand;
        return ran;
    }

    /// <summary>For debuggers: those that wait for a worker. LongRunning ones are not among them.</summary>
    /// <returns>The Tasks.</returns>
    protected override IEnumerable<Task> GetScheduledTasks()
    {
        List<Task> tasks = [];
        foreach (TaskHeader live in _runtime.LiveTasks())
        {
            if (live is ScheduledTask { Task: { Status: TaskStatus.WaitingToRun } task })
            {
                tasks.Add(task);
            }
        }

        return tasks;
    }

    private void QueueLongRunning(Task task)
    {
        LongRunningTask item = new(this, task);
        if (_runtime.IsClosed)
        {
            ThrowUnlessGoingOn(task);
            item.Refuse();
            return;
        }

        _runtime.Blocking.Spawn(item);
    }

    // After the end only code that began before it may go on: the rest of an async method (its state is the
    // continuation), and what is started by code that runs under this scheduler. An exception there would end the
    // process, or be swallowed by .NET together with the method.
    private void ThrowUnlessGoingOn(Task task)
    {
        if (!ReferenceEquals(Current, this) && task.AsyncState is not Action)
        {
            throw new ObjectDisposedException(
                nameof(Runtime),
                "The runtime of this TaskScheduler has been shut down and takes no new tasks. Wait for their end before " +
                "you dispose the runtime, or use another scheduler.");
        }
    }
}
