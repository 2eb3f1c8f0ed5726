using System;

namespace Kioto;

internal sealed record RuntimeOptions
{
    internal int WorkerThreads { get; init; } = 2;

    internal int EventInterval { get; init; } = 61;

    internal int GlobalQueueInterval { get; init; } = 61;

    internal int BackgroundInterval { get; init; } = 61;

    /// <summary>Time stands still: nobody grows old.</summary>
    internal long BackgroundMaxWaitNanos => long.MaxValue;

    internal bool LifoSlot { get; init; } = true;

    /// <summary>What a worker does before it goes to sleep; null for nothing.</summary>
    internal System.Action? OnPark { get; init; }

    /// <summary>What a thread does when it stops; null for nothing.</summary>
    internal System.Action? OnStop { get; init; }

    internal int MaxBlockingThreads { get; init; } = 2;

    internal int MostReserveThreads { get; init; } = 2;

    internal TimeSpan ThreadKeepAlive { get; init; } = System.Threading.Timeout.InfiniteTimeSpan;

    internal string ThreadName { get; init; } = "worker";

    internal bool EagerDriverHandoff { get; init; }
}
