using System;

namespace OpenTelemetry.Metrics;

/// <summary>Collects the metrics of Kioto's runtimes.</summary>
public static class KiotoMeterProviderBuilderExtensions
{
    /// <summary>Collects the meter <c>Kioto</c>: of every runtime in the process.</summary>
    /// <param name="builder">The metrics to collect.</param>
    /// <returns>The same builder.</returns>
    public static MeterProviderBuilder AddKiotoInstrumentation(this MeterProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddMeter("Kioto");
    }
}
