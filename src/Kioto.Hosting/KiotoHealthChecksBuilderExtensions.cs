using System;
using System.Collections.Generic;
using Kioto.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the runtime to an application's health checks.</summary>
public static class KiotoHealthChecksBuilderExtensions
{
    /// <summary>
    /// Checks the runtime among the application's services: unhealthy if a new task does not run within
    /// <see cref="KiotoOptions.HealthTimeout"/> or the runtime has begun to shut down; degraded while a task has been stuck
    /// for <see cref="KiotoOptions.HealthStuckThreshold"/> or longer, whose worker the watchdog has taken to another thread.
    /// </summary>
    /// <remarks>
    /// The runtime is that of <c>AddKioto</c>, or one that you have registered. Without one the host's start throws an
    /// <see cref="InvalidOperationException"/> that says so.
    /// </remarks>
    /// <param name="builder">The health checks.</param>
    /// <param name="name">The check's name.</param>
    /// <param name="failureStatus">What is reported instead of unhealthy; null for unhealthy.</param>
    /// <param name="tags">The check's tags.</param>
    /// <returns>The same builder.</returns>
    public static IHealthChecksBuilder AddKioto(
        this IHealthChecksBuilder builder, string name = "kioto", HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<KiotoOptions>, KiotoOptionsValidator>());
        builder.Services.AddHostedService<KiotoHealthStart>();
        return builder.Add(new HealthCheckRegistration(name, Create, failureStatus, tags));
    }

    private static KiotoHealthCheck Create(IServiceProvider services) =>
        new(KiotoHealthStart.RuntimeOf(services), services.GetRequiredService<IOptions<KiotoOptions>>());
}
