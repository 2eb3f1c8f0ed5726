using System;

namespace Kioto;

/// <summary>What a <see cref="RuntimeBuilder"/> has gathered; constant once a runtime is built.</summary>
internal sealed record RuntimeOptions
{
    internal required RuntimeFlavor Flavor { get; init; }

    /// <summary>Whether it has worker threads of its own.</summary>
    internal bool HasWorkerThreads => Flavor is RuntimeFlavor.MultiThread or RuntimeFlavor.PerCore;

    internal required string? Name { get; init; }

    internal required int WorkerThreads { get; init; }

    internal required int MaxBlockingThreads { get; init; }

    /// <summary>How many threads there may be to take cores over. Even a runtime without a pool can save each of them once.</summary>
    internal int MostReserveThreads => int.Max(WorkerThreads, MaxBlockingThreads);

    /// <summary>How many closures may wait for the default blocking pool; null without bound.</summary>
    internal int? MaxBlockingQueue { get; init; }

    /// <summary>The named blocking pools beside the default one.</summary>
    internal BlockingPoolOptions[] BlockingPools { get; init; } = [];

    internal required TimeSpan ThreadKeepAlive { get; init; }

    internal required string ThreadName { get; init; }

    internal required Func<ThreadMeta, string>? ThreadNameFn { get; init; }

    /// <summary>Bytes; 0 for the platform's.</summary>
    internal required int ThreadStackSize { get; init; }

    internal required Action<ThreadMeta>? OnThreadStart { get; init; }

    internal required Action<ThreadMeta>? OnThreadStop { get; init; }

    internal required Action<ThreadMeta>? OnThreadPark { get; init; }

    internal required Action<ThreadMeta>? OnThreadUnpark { get; init; }

    internal required Action<TaskMeta>? OnTaskSpawn { get; init; }

    internal required Action<TaskMeta>? OnTaskTerminate { get; init; }

    internal required Action<TaskMeta>? OnBeforeTaskPoll { get; init; }

    internal required Action<TaskMeta>? OnAfterTaskPoll { get; init; }

    /// <summary>Ticks between two looks at the driver while there is work.</summary>
    internal required int EventInterval { get; init; }

    /// <summary>Ticks between two looks at the tasks of other threads while there are own ones.</summary>
    internal required int GlobalQueueInterval { get; init; }

    internal required bool LifoSlot { get; init; }

    internal required int Budget { get; init; }

    /// <summary>How long a poll may last before it must let others run; long.MaxValue for ever.</summary>
    internal required long TimeSliceNanos { get; init; }

    /// <summary>Normal tasks between two of the background class.</summary>
    internal required int BackgroundInterval { get; init; }

    /// <summary>After how long a background task is overdue; long.MaxValue for never.</summary>
    internal required long BackgroundMaxWaitNanos { get; init; }

    internal required ulong? RngSeed { get; init; }

    internal required int MaxIoEventsPerTick { get; init; }

    /// <summary>Where each worker may run; null anywhere.</summary>
    internal required CpuSet[]? WorkerCpus { get; init; }

    /// <summary>Where the blocking pool may run; null anywhere.</summary>
    internal required CpuSet? BlockingCpus { get; init; }

    internal required FailurePolicy Failures { get; init; }

    /// <summary>Where failures are noted that somebody may yet observe; null where nobody asks.</summary>
    internal required FailureLedger? Ledger { get; init; }

    internal required TimeSpan CleanupGrace { get; init; }

    internal required bool FlowsContext { get; init; }

    internal required TimeSpan StuckThreshold { get; init; }

    internal required Action<StuckTaskReport>? OnStuckTask { get; init; }

    internal required bool EagerDriverHandoff { get; init; }

    /// <summary>The buckets of the histogram of polls; null where it is not kept.</summary>
    internal HistogramConfiguration? PollTimes { get; init; }

    /// <summary>The buckets of the histogram of waits for a poll; null where it is not kept.</summary>
    internal HistogramConfiguration? Latencies { get; init; }

    /// <summary>Whether each task is measured.</summary>
    internal bool TaskMetrics { get; init; }

    /// <summary>Whether tasks are watched for the sake of figures.</summary>
    internal bool ObservesTasks => PollTimes is not null || Latencies is not null || TaskMetrics;
}
