using System.Threading.Tasks;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Kioto.AspNetCore;

/// <summary>Runs requests on the runtime's workers, wherever the server starts them; or only lets the runtime flow with them.</summary>
/// <remarks>
/// Kestrel starts connections, and each HTTP/2 stream, on .NET's thread pool; later requests of an HTTP/1 connection are
/// on a worker already.
/// </remarks>
/// <typeparam name="TContext">The hosting layer's context of a request.</typeparam>
internal sealed class RuntimeApplication<TContext>(IHttpApplication<TContext> inner, RuntimeScheduler scheduler, bool moves)
    : IHttpApplication<TContext>
    where TContext : notnull
{
    private readonly RuntimeContext _context = new(scheduler);
    private readonly Hop _hop = new(scheduler);

    private bool OnWorker => ReferenceEquals(Ambient.Current.Scheduler, scheduler);

    public TContext CreateContext(IFeatureCollection contextFeatures)
    {
        _context.Enter(contextFeatures);
        if (!OnWorker)
        {
            Relays.Note(contextFeatures);
        }

        return inner.CreateContext(contextFeatures);
    }

    public Task ProcessRequestAsync(TContext context) => !moves || OnWorker
        ? inner.ProcessRequestAsync(context)
        : Move(context);

    public void DisposeContext(TContext context, System.Exception? exception) => inner.DisposeContext(context, exception);

    private async Task Move(TContext context)
    {
        await _hop.ToWorker;
        try
        {
            await inner.ProcessRequestAsync(context);
        }
        finally
        {
            Hop.Leave();
        }
    }
}
