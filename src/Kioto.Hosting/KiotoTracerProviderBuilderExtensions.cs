using System;

namespace OpenTelemetry.Trace;

/// <summary>Collects the traces of Kioto's runtimes.</summary>
public static class KiotoTracerProviderBuilderExtensions
{
    /// <summary>Collects the activity source <c>Kioto</c>: of every runtime in the process.</summary>
    /// <param name="builder">The traces to collect.</param>
    /// <returns>The same builder.</returns>
    public static TracerProviderBuilder AddKiotoInstrumentation(this TracerProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddSource("Kioto");
    }
}
