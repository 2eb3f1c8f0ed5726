using System.Threading;
using Microsoft.AspNetCore.Http.Features;

namespace Kioto.AspNetCore;

/// <summary>Lets a runtime flow with the execution context of requests, so that Kio's verbs work after ConfigureAwait(false).</summary>
internal sealed class RuntimeContext(RuntimeScheduler scheduler)
{
    // What the default context becomes with the runtime in it: made once, so that a request allocates nothing for it.
    private readonly ExecutionContext _flowing = WithRuntime(ContextFlow.Default, scheduler);

    /// <summary>Puts the runtime into the current context, which is a connection's.</summary>
    /// <remarks>
    /// Kestrel goes back to the connection's context before each request. With a log scope in it, as a logger of the
    /// console's kind keeps one, that is not the default one: then what it becomes is kept with the connection.
    /// </remarks>
    /// <param name="features">The request's features, among which the connection's are.</param>
    internal void Enter(IFeatureCollection features)
    {
        // Not by the worker's eyes: where no context flows through its tasks, those don't see the server's own.
        ExecutionContext? current = ExecutionContext.Capture();
        if (ReferenceEquals(current, ContextFlow.Default))
        {
            ExecutionContext.Restore(_flowing);
        }
        else if (ReferenceEquals(Scheduler.Flowing, scheduler))
        {
            // It flows already.
        }
        else if (current is null || features.Get<KiotoConnection>() is not { } connection)
        {
            Scheduler.Flowing = scheduler;
        }
        else
        {
            // Streams of one connection may come at once: each reads a pair that fits.
            FlowingContext? known = connection.Flowing;
            if (known is null || !ReferenceEquals(known.Plain, current))
            {
                connection.Flowing = known = new FlowingContext(current, WithRuntime(current, scheduler));
            }

            ExecutionContext.Restore(known.WithRuntime);
        }
    }

    /// <summary>Puts the runtime into the current context, which is a request's own.</summary>
    internal void EnterRequest()
    {
        if (ReferenceEquals(ExecutionContext.Capture(), ContextFlow.Default))
        {
            ExecutionContext.Restore(_flowing);
        }
        else if (!ReferenceEquals(Scheduler.Flowing, scheduler))
        {
            Scheduler.Flowing = scheduler;
        }
    }

    private static ExecutionContext WithRuntime(ExecutionContext plain, Scheduler scheduler)
    {
        ExecutionContext? with = null;
        ExecutionContext.Run(
            plain,
            _ =>
            {
                Scheduler.Flowing = scheduler;
                with = ExecutionContext.Capture();
            },
            null);
        return with!;
    }
}
