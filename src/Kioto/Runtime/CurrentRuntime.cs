using System;

namespace Kioto;

/// <summary>Finds the runtime of the calling code.</summary>
internal static class CurrentRuntime
{
    internal static RuntimeScheduler? Find() => Find(Ambient.Current);

    internal static RuntimeScheduler? Find(Ambient ambient) =>
        ambient.Scheduler as RuntimeScheduler ?? Scheduler.Flowing as RuntimeScheduler;

    internal static RuntimeScheduler Require(string what) => Require(what, Ambient.Current);

    internal static RuntimeScheduler Require(string what, Ambient ambient) => Find(ambient) ?? throw Throw.NoRuntime(what);

    /// <summary>The current runtime; on a thread that has none, that where a group of tasks was made.</summary>
    /// <param name="what">Who asks, for the message when there is neither.</param>
    /// <param name="home">The runtime where the group was made, if there was one.</param>
    /// <returns>The runtime.</returns>
    internal static RuntimeScheduler Require(string what, RuntimeScheduler? home) => Find() ?? home ?? throw Throw.NoRuntimeForGroup(what);

    /// <summary>The runtime of a handle that the caller was given.</summary>
    /// <param name="runtime">The handle.</param>
    /// <returns>The runtime.</returns>
    internal static RuntimeScheduler Of(RuntimeHandle runtime)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        return runtime.Scheduler;
    }
}
