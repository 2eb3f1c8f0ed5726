using System;
using System.Linq;
using Kioto;
using Kioto.AspNetCore;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>Puts Kestrel on a Kioto runtime.</summary>
public static class KiotoWebHostBuilderExtensions
{
    /// <summary>Runs Kestrel's connections, and request code, on a Kioto runtime instead of .NET's sockets and thread pool.</summary>
    /// <remarks>
    /// <para>Before or after <c>UseKestrel</c>: the order does not matter.</para>
    /// <para>A runtime of the server's own ends with the host: what handlers have detached may end by itself in what is left
    /// of the host's shutdown time, and is then aborted. It reports stuck tasks, and failures that nobody has observed, to
    /// the category <c>Kioto.Runtime</c> of the application's logs.</para>
    /// <para>Where Kioto has no sockets, which is everywhere but on Linux (x64 and arm64), Kestrel's own transport carries
    /// the connections, and request code runs on the runtime all the same; the start logs a warning.</para>
    /// </remarks>
    /// <param name="builder">The web host's builder.</param>
    /// <param name="configure">Changes options; null leaves all of them as they are.</param>
    /// <returns>The same builder.</returns>
    public static IWebHostBuilder UseKioto(this IWebHostBuilder builder, Action<KiotoTransportOptions>? configure = null) =>
        UseKioto(builder, configure, Drivers.HasSockets);

    /// <summary>As the public one, on a platform that has sockets or has none.</summary>
    internal static IWebHostBuilder UseKioto(IWebHostBuilder builder, Action<KiotoTransportOptions>? configure, bool hasSockets)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.ConfigureServices(services =>
        {
            if (configure is not null)
            {
                services.Configure(configure);
            }

            if (!services.Any(service => service.ServiceType == typeof(KiotoTransport)))
            {
                services.AddSingleton<KiotoTransport>();
                services.AddSingleton<ServerEnd>();
                services.AddHostedService<ServerRuntimeLifetime>();
                if (hasSockets)
                {
                    services.AddSingleton<IConnectionListenerFactory, KiotoTransportFactory>();
                }
                else
                {
                    services.AddHostedService<NoSocketsWarning>();
                }

                // In front: what other filters add to a request's way runs on the runtime too.
                services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter, RuntimeStartupFilter>());
            }

            WrapServer(services);
        });
    }

    // The server that is registered last serves. One that comes after this call is not wrapped: RuntimeStartupFilter sees to it.
    private static void WrapServer(IServiceCollection services)
    {
        ServiceDescriptor? last = services.LastOrDefault(service => service.ServiceType == typeof(IServer));
        if (last is null || last.ImplementationFactory?.Target is ServerWrapper)
        {
            return;
        }

        services.RemoveAll<IServer>();
        services.AddSingleton<IServer>(new ServerWrapper(last).Create);
    }

    private sealed class ServerWrapper(ServiceDescriptor inner)
    {
        internal IServer Create(IServiceProvider provider)
        {
            IServer server = inner switch
            {
                { ImplementationInstance: IServer instance } => instance,
                { ImplementationFactory: { } factory } => (IServer)factory(provider),
                _ => (IServer)ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!),
            };

            // What is not Kestrel, such as a test's server, is asked for by its own type: RuntimeStartupFilter sees to it too.
            return server.GetType().Assembly == typeof(KestrelServer).Assembly
                ? new KiotoServer(server, provider.GetRequiredService<KiotoTransport>())
                : server;
        }
    }
}
