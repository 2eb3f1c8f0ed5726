using System.Threading;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>A Task that was queued to a runtime's TaskScheduler.</summary>
internal sealed class ScheduledTask : WorkItem
{
    private readonly RuntimeTaskScheduler _owner;

    internal ScheduledTask(RuntimeTaskScheduler owner, Task task)
    {
        _owner = owner;
        Task = task;
    }

    internal Task Task { get; }

    private protected override void Run()
    {
        ContextFlow.Enter(null);
        SynchronizationContext.SetSynchronizationContext(null); // See RuntimeTaskScheduler; WorkItem sets it again.
        _owner.Execute(Task);
    }

    private protected override void RunOnThreadPool() => _owner.Execute(Task);
}
