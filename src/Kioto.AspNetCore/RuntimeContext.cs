using System.Threading;

namespace Kioto.AspNetCore;

/// <summary>Lets a runtime flow with the execution context of connections and requests, so that Kio's verbs work in them off the workers too.</summary>
internal sealed class RuntimeContext(RuntimeScheduler scheduler)
{
    // What the default context becomes with the runtime in it: made once, so that nothing is allocated for it later.
    private readonly ExecutionContext _flowing = WithRuntime(scheduler);

    /// <summary>Puts the runtime into the current context, if it is not there already.</summary>
    internal void Enter()
    {
        // Not by the worker's eyes: where no context flows through its tasks, those don't see the server's own.
        if (ReferenceEquals(ExecutionContext.Capture(), ContextFlow.Default))
        {
            ExecutionContext.Restore(_flowing);
        }
        else if (!ReferenceEquals(Scheduler.Flowing, scheduler))
        {
            Scheduler.Flowing = scheduler;
        }
    }

    private static ExecutionContext WithRuntime(Scheduler scheduler)
    {
        ExecutionContext? with = null;
        ExecutionContext.Run(
            ContextFlow.Default,
            _ =>
            {
                Scheduler.Flowing = scheduler;
                with = ExecutionContext.Capture();
            },
            null);
        return with!;
    }
}
