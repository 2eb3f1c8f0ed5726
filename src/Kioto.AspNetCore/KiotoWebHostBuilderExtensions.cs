using System;
using System.Linq;
using Kioto.AspNetCore;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>Puts Kestrel on a Kioto runtime.</summary>
public static class KiotoWebHostBuilderExtensions
{
    /// <summary>Runs Kestrel's connections, and request code, on a Kioto runtime instead of .NET's sockets and thread pool.</summary>
    /// <param name="builder">The web host's builder.</param>
    /// <param name="configure">Changes options; null leaves all of them as they are.</param>
    /// <returns>The same builder.</returns>
    public static IWebHostBuilder UseKioto(this IWebHostBuilder builder, Action<KiotoTransportOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.ConfigureServices(services =>
        {
            if (configure is not null)
            {
                services.Configure(configure);
            }

            if (services.Any(service => service.ServiceType == typeof(KiotoTransport)))
            {
                return;
            }

            services.AddSingleton<KiotoTransport>();
            services.AddSingleton<IConnectionListenerFactory, KiotoTransportFactory>();
            ReplaceServer(services);
        });
    }

    // Whatever server is registered when the application is built (Kestrel) gets its application wrapped.
    private static void ReplaceServer(IServiceCollection services)
    {
        ServiceDescriptor? inner = services.LastOrDefault(service => service.ServiceType == typeof(IServer));
        if (inner is null)
        {
            throw new InvalidOperationException("UseKioto needs a server to put on the runtime: call UseKestrel first.");
        }

        services.RemoveAll<IServer>();
        services.AddSingleton<IServer>(provider => new KiotoServer(Create(provider, inner), provider.GetRequiredService<KiotoTransport>()));
    }

    private static IServer Create(IServiceProvider provider, ServiceDescriptor descriptor) => descriptor switch
    {
        { ImplementationInstance: IServer server } => server,
        { ImplementationFactory: { } factory } => (IServer)factory(provider),
        _ => (IServer)ActivatorUtilities.CreateInstance(provider, descriptor.ImplementationType!),
    };
}
