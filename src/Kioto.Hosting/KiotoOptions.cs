using System;
using System.Collections.Generic;

namespace Kioto.Hosting;

/// <summary>How the runtime of an application's host is built and shut down; read from the configuration section "Kioto".</summary>
/// <remarks>
/// What is null is left to the runtime's builder and its defaults. Values are checked when the host starts: what makes no
/// sense throws an <c>OptionsValidationException</c> that names each key, as does a key that the section must not have.
/// </remarks>
public sealed class KiotoOptions
{
    /// <summary>The name of the configuration section: "Kioto".</summary>
    public const string SectionName = "Kioto";

    /// <summary>Which kind of runtime: multi-thread or per-core. Default: multi-thread.</summary>
    public RuntimeFlavor Flavor { get; set; } = RuntimeFlavor.MultiThread;

    /// <inheritdoc cref="RuntimeBuilder.WorkerThreads"/>
    public int? WorkerThreads { get; set; }

    /// <inheritdoc cref="RuntimeBuilder.MaxThreads"/>
    public int? MaxThreads { get; set; }

    /// <inheritdoc cref="RuntimeBuilder.MaxBlockingThreads"/>
    public int? MaxBlockingThreads { get; set; }

    /// <inheritdoc cref="RuntimeBuilder.MaxBlockingQueue"/>
    public int? MaxBlockingQueue { get; set; }

    /// <summary>Further pools for blocking closures, by their names. See <see cref="RuntimeBuilder.BlockingPool"/>.</summary>
    public IDictionary<string, KiotoBlockingPoolOptions> BlockingPools { get; } =
        new Dictionary<string, KiotoBlockingPoolOptions>(StringComparer.Ordinal);

    /// <inheritdoc cref="RuntimeBuilder.ThreadKeepAlive"/>
    public TimeSpan? ThreadKeepAlive { get; set; }

    /// <inheritdoc cref="RuntimeBuilder.Name"/>
    public string? Name { get; set; }

    /// <inheritdoc cref="RuntimeBuilder.ThreadName"/>
    public string? ThreadName { get; set; }

    /// <inheritdoc cref="RuntimeBuilder.ThreadStackSize"/>
    public int? ThreadStackSize { get; set; }

    /// <inheritdoc cref="RuntimeBuilder.EventInterval"/>
    public int? EventInterval { get; set; }

    /// <inheritdoc cref="RuntimeBuilder.GlobalQueueInterval"/>
    public int? GlobalQueueInterval { get; set; }

    /// <inheritdoc cref="RuntimeBuilder.DisableLifoSlot"/>
    public bool DisableLifoSlot { get; set; }

    /// <inheritdoc cref="RuntimeBuilder.Budget"/>
    public int? Budget { get; set; }

    /// <inheritdoc cref="RuntimeBuilder.MaxIoEventsPerTick"/>
    public int? MaxIoEventsPerTick { get; set; }

    /// <inheritdoc cref="RuntimeBuilder.EagerDriverHandoff"/>
    public bool EagerDriverHandoff { get; set; }

    /// <inheritdoc cref="RuntimeBuilder.PinWorkers"/>
    public bool PinWorkers { get; set; }

    /// <inheritdoc cref="RuntimeBuilder.FlowExecutionContext"/>
    public bool? FlowExecutionContext { get; set; }

    /// <inheritdoc cref="RuntimeBuilder.StuckThreshold"/>
    public TimeSpan? StuckThreshold { get; set; }

    /// <inheritdoc cref="RuntimeBuilder.CleanupGrace"/>
    public TimeSpan? CleanupGrace { get; set; }

    /// <summary>
    /// What is done about the failure of a task that nobody observes. Default: <see cref="UnhandledFailure.Log"/>, which
    /// here is the host's logger. With <see cref="UnhandledFailure.ShutdownRuntime"/> the application stops too.
    /// </summary>
    public UnhandledFailure UnhandledFailure { get; set; } = UnhandledFailure.Log;

    /// <summary>
    /// How long tasks may end by themselves when the host stops, before they are aborted. Default: as long as the host's
    /// <c>ShutdownTimeout</c> leaves when <see cref="ShutdownKill"/> is set aside.
    /// </summary>
    public TimeSpan? ShutdownGrace { get; set; }

    /// <summary>
    /// How long tasks that are aborted when the host stops may clean up, before they are dropped. Default: 5 s; never
    /// more than half of what is left of the host's <c>ShutdownTimeout</c>.
    /// </summary>
    public TimeSpan ShutdownKill { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a new task may take to run before the health check calls the runtime unhealthy. Default: 1 s.
    /// </summary>
    public TimeSpan HealthTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a task may be stuck, counted from when the watchdog has found it (<see cref="StuckThreshold"/>), before the
    /// health check calls the runtime degraded. Default: 1 s. Zero for at once, <c>Timeout.InfiniteTimeSpan</c> for never.
    /// </summary>
    public TimeSpan HealthStuckThreshold { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Called with the builder after all other options: for hooks, affinity and what else a file can't say.</summary>
    public Action<RuntimeBuilder>? Configure { get; set; }

    /// <summary>What the section has that can't be read: found while binding, told by the validation.</summary>
    internal List<string> Problems { get; } = [];
}
