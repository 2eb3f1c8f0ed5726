using System;
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
internal sealed class RuntimeApplication<TContext>(IHttpApplication<TContext> inner, KiotoTransport transport)
    : IHttpApplication<TContext>
    where TContext : notnull
{
    private readonly RuntimeContext _context = transport.Context;
    private readonly Hop _hop = new(transport.Scheduler);
    private readonly bool _moves = !transport.Options.RunRequestsOnThreadPool;
    private readonly Func<TContext, Task> _process = inner.ProcessRequestAsync;

    public TContext CreateContext(IFeatureCollection contextFeatures)
    {
        // A connection's context has it already, and each HTTP/1 request begins in that; one of HTTP/2 in the default one.
        _context.Enter();
        if (!_hop.IsThere)
        {
            Relays.Note(contextFeatures);
        }

        return inner.CreateContext(contextFeatures);
    }

    public Task ProcessRequestAsync(TContext context) => !_moves || _hop.IsThere
        ? inner.ProcessRequestAsync(context)
        : _hop.Run(_process, context);

    public void DisposeContext(TContext context, Exception? exception) => inner.DisposeContext(context, exception);
}
