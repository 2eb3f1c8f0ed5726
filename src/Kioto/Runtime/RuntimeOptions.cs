using System;

namespace Kioto;

/// <summary>What a <see cref="RuntimeBuilder"/> has gathered; constant once a runtime is built.</summary>
internal sealed record RuntimeOptions
{
    internal required bool IsMultiThread { get; init; }

    internal required int WorkerThreads { get; init; }

    internal required int MaxBlockingThreads { get; init; }

    internal required TimeSpan ThreadKeepAlive { get; init; }

    internal required string ThreadName { get; init; }

    internal required Action<Exception>? OnUnhandledFailure { get; init; }

    internal required TimeSpan CleanupGrace { get; init; }

    internal required bool FlowsContext { get; init; }

    internal required TimeSpan StuckThreshold { get; init; }

    internal required Action<StuckTaskReport>? OnStuckTask { get; init; }

    internal required bool EagerDriverHandoff { get; init; }
}
