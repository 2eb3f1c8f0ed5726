using System.Threading;

namespace Kioto;

/// <summary>Nothing is posted in a model.</summary>
internal sealed class SchedulerContext : SynchronizationContext
{
    internal SchedulerContext(Scheduler scheduler) => Scheduler = scheduler;

    internal Scheduler Scheduler { get; }
}
