using System;
using System.Linq;
using Kioto;
using Kioto.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Gives an application's host a Kioto runtime.</summary>
public static class KiotoServiceCollectionExtensions
{
    /// <summary>
    /// Adds a <see cref="Runtime"/> that starts and stops with the host: built from the configuration section
    /// <c>Kioto</c>, shut down in phases when all hosted services have stopped, and reporting to the host's logger.
    /// </summary>
    /// <remarks>
    /// <para>Services take the <see cref="Runtime"/> as any other singleton, and must not dispose it. <c>UseKioto</c> puts
    /// Kestrel on it, a <see cref="KiotoBackgroundService"/> runs on it.</para>
    /// <para>Values that make no sense stop the host's start with an <see cref="OptionsValidationException"/> that names
    /// the keys; a <see cref="Runtime"/> of somebody else's that was registered later stops it too. Of two calls both count: their options are set one after the other, on one runtime.</para>
    /// </remarks>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets options after the configuration has; null leaves them as they are.</param>
    /// <returns>The same services.</returns>
    /// <exception cref="InvalidOperationException">A <see cref="Runtime"/> of somebody else's is among the services already.</exception>
    public static IServiceCollection AddKioto(this IServiceCollection services, Action<KiotoOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (!services.Any(service => service.ServiceType == typeof(RuntimeReports)))
        {
            if (services.Any(service => service.ServiceType == typeof(Runtime) && !service.IsKeyedService))
            {
                throw new InvalidOperationException(
                    "AddKioto: the services have a Runtime already, which somebody else builds and disposes. " +
                    "Remove that registration, or keep it and leave AddKioto out.");
            }

            AddRuntime(services);
        }

        if (configure is not null)
        {
            services.Configure(configure);
        }

        return services;
    }

    private static void AddRuntime(IServiceCollection services)
    {
        services.AddLogging();
        services.AddOptions<KiotoOptions>().ValidateOnStart();
        services.AddSingleton<IConfigureOptions<KiotoOptions>, KiotoOptionsReader>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<KiotoOptions>, KiotoOptionsValidator>());
        services.AddSingleton<RuntimeReports>();
        services.AddSingleton<ConfigurationIsRead>();
        services.AddSingleton(static provider => HostedRuntime.Build(
            provider.GetRequiredService<IOptions<KiotoOptions>>().Value, provider.GetRequiredService<RuntimeReports>()));
        services.AddHostedService<RuntimeLifetime>();
    }
}
