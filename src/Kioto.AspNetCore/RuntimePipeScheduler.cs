using System;
using System.IO.Pipelines;

namespace Kioto.AspNetCore;

/// <summary>Runs what waits for a pipe as work of its own on a runtime.</summary>
internal sealed class RuntimePipeScheduler(Scheduler scheduler) : PipeScheduler
{
    public override void Schedule(Action<object?> action, object? state) =>
        QueuedAction.Queue(scheduler, action, state);
}
