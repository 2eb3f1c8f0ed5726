using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Kioto.Hosting;

/// <summary>Stops the start of a host whose health check would find nothing to check: later each check would fail.</summary>
internal sealed class KiotoHealthStart(IServiceProvider services, IOptions<KiotoOptions> options) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        RuntimeOf(services);
        _ = options.Value; // Validated by that, also where nobody has called AddKioto.
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The runtime to check.</summary>
    /// <param name="services">The application's services.</param>
    /// <returns>The runtime.</returns>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    internal static Runtime RuntimeOf(IServiceProvider services) => services.GetService<Runtime>() ?? throw new InvalidOperationException(
        "AddHealthChecks().AddKioto(): there is no Runtime among the application's services to check. Call " +
        "services.AddKioto(), whose runtime UseKioto then serves on too, or register a Runtime of your own.");
}
