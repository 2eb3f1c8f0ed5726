using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Kioto.AspNetCore;

/// <summary>Runs requests on the runtime's workers, wherever the server starts them.</summary>
/// <remarks>
/// Kestrel starts connections, and each HTTP/2 stream, on .NET's thread pool; later requests of an HTTP/1 connection are
/// on a worker already. The runtime also flows with the execution context, so that Kio's verbs work after
/// ConfigureAwait(false).
/// </remarks>
/// <typeparam name="TContext">The hosting layer's context of a request.</typeparam>
internal sealed class RuntimeApplication<TContext>(IHttpApplication<TContext> inner, RuntimeScheduler scheduler)
    : IHttpApplication<TContext>
    where TContext : notnull
{
    // What the default context becomes with the runtime in it: made once, so that a request allocates nothing for it.
    private readonly ExecutionContext _flowing = Flowing(scheduler);

    public TContext CreateContext(IFeatureCollection contextFeatures)
    {
        Ambient ambient = Ambient.Current;
        if (ContextFlow.IsDefault(ambient))
        {
            ExecutionContext.Restore(_flowing);
        }
        else if (!ReferenceEquals(Scheduler.Flowing, scheduler))
        {
            Scheduler.Flowing = scheduler;
        }

        return inner.CreateContext(contextFeatures);
    }

    public Task ProcessRequestAsync(TContext context) =>
        ReferenceEquals(Ambient.Current.Scheduler, scheduler) ? inner.ProcessRequestAsync(context) : Move(context);

    public void DisposeContext(TContext context, Exception? exception) => inner.DisposeContext(context, exception);

    private static ExecutionContext Flowing(Scheduler scheduler)
    {
        ExecutionContext? flowing = null;
        Thread thread = new(() =>
        {
            Scheduler.Flowing = scheduler;
            flowing = ExecutionContext.Capture();
        })
        { IsBackground = true };
        thread.UnsafeStart();
        thread.Join();
        return flowing!;
    }

    private async Task Move(TContext context)
    {
        await new Hop(scheduler);
        try
        {
            await inner.ProcessRequestAsync(context);
        }
        finally
        {
            // The server awaits this without a context, and under one its continuation would go to the thread pool
            // instead of on from here. The worker puts its context back.
            SynchronizationContext.SetSynchronizationContext(null);
        }
    }
}
