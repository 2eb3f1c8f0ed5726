using System;

namespace Kioto;

/// <summary>What listeners to spans and meters throw, in the middle of a runtime's work: reported as what hooks throw.</summary>
internal static class ListenerFailure
{
    /// <summary>Tells the runtime.</summary>
    /// <param name="runtime">The runtime.</param>
    /// <param name="failure">What was thrown.</param>
    /// <param name="listener">The kind of listener.</param>
    internal static void Report(RuntimeScheduler runtime, Exception failure, string listener)
    {
        // User code, which is not part of the strand that spawns or wakes.
        Ambient ambient = Ambient.Current;
        Strand? strand = ambient.Strand;
        ambient.Strand = null;
        runtime.ReportFailure(failure, FailedTask.Hook(listener), null);
        ambient.Strand = strand;
    }
}
