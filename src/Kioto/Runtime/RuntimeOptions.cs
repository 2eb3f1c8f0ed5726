using System;

namespace Kioto;

/// <summary>What a <see cref="RuntimeBuilder"/> has gathered; constant once a runtime is built.</summary>
internal sealed record RuntimeOptions
{
    internal required bool IsMultiThread { get; init; }

    internal required int WorkerThreads { get; init; }

    internal required int MaxBlockingThreads { get; init; }

    /// <summary>How many closures may wait for the default blocking pool; null without bound.</summary>
    internal int? MaxBlockingQueue { get; init; }

    /// <summary>The named blocking pools beside the default one.</summary>
    internal BlockingPoolOptions[] BlockingPools { get; init; } = [];

    internal required TimeSpan ThreadKeepAlive { get; init; }

    internal required string ThreadName { get; init; }

    internal required Action<Exception>? OnUnhandledFailure { get; init; }

    internal required TimeSpan CleanupGrace { get; init; }

    internal required bool FlowsContext { get; init; }
}
