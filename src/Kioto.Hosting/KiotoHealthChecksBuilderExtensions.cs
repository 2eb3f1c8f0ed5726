using System;
using System.Collections.Generic;
using Kioto.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the runtime to an application's health checks.</summary>
public static class KiotoHealthChecksBuilderExtensions
{
    /// <summary>
    /// Checks the runtime of <c>AddKioto</c>: unhealthy if a new task does not run within
    /// <see cref="KiotoOptions.HealthTimeout"/> or the runtime has begun to shut down; degraded if a worker is stuck in a
    /// task, or was within the last 30 s.
    /// </summary>
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
        return builder.Add(new HealthCheckRegistration(name, Create, failureStatus, tags));
    }

    private static KiotoHealthCheck Create(IServiceProvider services)
    {
        if (services.GetService<RuntimeReports>() is null)
        {
            throw new InvalidOperationException("The health check of Kioto checks the runtime of AddKioto: call services.AddKioto() too.");
        }

        return ActivatorUtilities.CreateInstance<KiotoHealthCheck>(services);
    }
}
