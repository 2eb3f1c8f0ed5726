using System;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Kioto.AspNetCore;

/// <summary>
/// Starts the server's runtime, just before the server. Brings requests onto it where the server was registered after
/// UseKioto, and so is not wrapped; where it is, nothing is added to a request's way.
/// </summary>
internal sealed class RuntimeStartupFilter(IServer server, KiotoTransport transport, IServiceProvider services) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next)
    {
        _ = transport.Runtime;
        UnreadConfiguration.WarnOf(services);
        services.GetRequiredService<ServerEnd>(); // After the runtime.
        return server is KiotoServer
            ? next
            : builder =>
            {
                builder.Use(inner => new Middleware(inner, transport).Invoke);
                next(builder);
            };
    }

    private sealed class Middleware(RequestDelegate next, KiotoTransport transport)
    {
        private readonly RuntimeContext _context = transport.Context;
        private readonly Hop _hop = new(transport.Scheduler);
        private readonly Func<HttpContext, Task> _next = next.Invoke;

        internal Task Invoke(HttpContext context)
        {
            _context.Enter(); // A connection's context has it already; a request of HTTP/2 begins in the default one.
            if (_hop.IsThere)
            {
                return next(context);
            }

            Relays.Note(context.Features);
            return transport.Options.RunRequestsOnThreadPool ? next(context) : _hop.Run(_next, context);
        }
    }
}
