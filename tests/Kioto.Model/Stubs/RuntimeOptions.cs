using System;

namespace Kioto;

internal sealed record RuntimeOptions
{
    internal int WorkerThreads { get; init; } = 2;

    internal int MaxBlockingThreads { get; init; } = 2;

    internal TimeSpan ThreadKeepAlive { get; init; } = System.Threading.Timeout.InfiniteTimeSpan;

    internal string ThreadName { get; init; } = "worker";

    internal bool EagerDriverHandoff { get; init; }
}
