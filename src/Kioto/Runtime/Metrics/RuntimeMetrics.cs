using System;
using System.Collections.Generic;

namespace Kioto;

/// <summary>The figures of a runtime: a view that shows those of the moment at which it is asked.</summary>
/// <remarks>
/// <para>As Tokio's <c>RuntimeMetrics</c>; all are stable. Counts begin with the runtime and never go back; depths and
/// numbers of things are of the moment. Each figure is exact when nothing happens meanwhile. Nothing is counted with
/// atomic operations while tasks run, no clock is read before somebody looks, and reading allocates nothing.</para>
/// <para>Any thread, also after the runtime's end. It keeps the figures in memory, not the runtime's threads.</para>
/// </remarks>
public readonly struct RuntimeMetrics
{
    private readonly RuntimeScheduler? _scheduler;

    internal RuntimeMetrics(RuntimeScheduler scheduler) => _scheduler = scheduler;

    /// <summary>How many workers the runtime has; 1 for a current-thread runtime.</summary>
    public int WorkerCount => Scheduler.Options.WorkerThreads;

    /// <summary>How many tasks have been spawned and have not ended. Those of local sets and blocking closures are not counted.</summary>
    public long LiveTaskCount => Scheduler.LiveCount;

    /// <summary>How many tasks have been spawned, refused ones included.</summary>
    public long SpawnedTaskCount => Scheduler.Counts!.Sum().Spawned;

    /// <summary>How many tasks wait in the queue that all workers share (of a per-core runtime: in those for other threads' tasks).</summary>
    public long GlobalQueueDepth => Scheduler.SharedQueueDepth();

    /// <summary>How many ready tasks of the background class wait for their turn: no other depth counts these.</summary>
    public long BackgroundQueueDepth => Scheduler.BackgroundQueueDepth();

    /// <summary>How often a task, of either class, was spawned or woken by a thread that runs none of the workers.</summary>
    public long RemoteScheduleCount
    {
        get
        {
            ThreadCounts.Values sum = Scheduler.Counts!.Sum();
            return sum.Remote + sum.RemoteBackground;
        }
    }

    /// <summary>How many polls have ended because the task had used up its budget.</summary>
    public long BudgetForcedYieldCount => Scheduler.Counts!.Sum().ForcedYields;

    /// <summary>How many threads the pool of SpawnBlocking has, idle ones included. Of others, see <see cref="BlockingPool.Metrics"/>.</summary>
    public int BlockingThreadCount => Scheduler.Blocking.Metrics().Threads;

    /// <summary>How many of these are idle.</summary>
    public int IdleBlockingThreadCount => Scheduler.Blocking.Metrics().IdleThreads;

    /// <summary>How many closures wait for a thread of that pool.</summary>
    public int BlockingQueueDepth => Scheduler.Blocking.Metrics().QueueDepth;

    /// <summary>How long closures have waited for a thread of that pool, together.</summary>
    public TimeSpan BlockingQueueWait => Scheduler.Blocking.Metrics().TotalQueueWait;

    /// <summary>How many threads of a multi-thread runtime run no worker. As <see cref="RuntimeHandle.ReserveThreads"/>.</summary>
    public int ReserveThreadCount => Scheduler.Handle.ReserveThreads;

    /// <summary>How often a task has been found stuck in one poll. See <see cref="RuntimeBuilder.StuckThreshold"/>.</summary>
    public long StuckTaskCount => Scheduler.StuckTaskCount;

    /// <summary>How many failures nobody has observed. See <see cref="RuntimeBuilder.OnUnhandledFailure(UnhandledFailure)"/>.</summary>
    public long UnhandledFailureCount => Scheduler.UnhandledFailureCount;

    /// <summary>How many descriptors have been registered with the I/O driver.</summary>
    public long IoRegisteredCount => Scheduler.ReadIo().Registered;

    /// <summary>How many of them have been taken off again.</summary>
    public long IoDeregisteredCount => Scheduler.ReadIo().Deregistered;

    /// <summary>How many times the I/O driver has found a descriptor ready.</summary>
    public long IoReadyCount => Scheduler.ReadIo().Ready;

    /// <summary>How long polls take, if <see cref="RuntimeBuilder.PollTimeHistogram"/> asked for it.</summary>
    public HistogramMetrics PollTimeHistogram =>
        new(Scheduler.PollTimes, WorkerCount, nameof(RuntimeBuilder.PollTimeHistogram));

    /// <summary>
    /// How long tasks wait between being ready and being polled, if <see cref="RuntimeBuilder.ScheduleLatencyHistogram"/>
    /// asked for it. It says when a runtime has more to do than it can.
    /// </summary>
    public HistogramMetrics ScheduleLatencyHistogram =>
        new(Scheduler.Latencies, WorkerCount, nameof(RuntimeBuilder.ScheduleLatencyHistogram));

    /// <summary>The figures of one worker.</summary>
    /// <param name="index">Which one, from 0 to <see cref="WorkerCount"/> - 1.</param>
    /// <returns>The figures of this moment.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such worker.</exception>
    public WorkerMetrics Worker(int index)
    {
        CheckWorker(index, WorkerCount);
        return Scheduler.ReadWorker(index);
    }

    /// <summary>
    /// The figures of tasks, added up by where they were spawned, if <see cref="RuntimeBuilder.TaskMetrics"/> asked for
    /// it. Of those that have ended. Allocates.
    /// </summary>
    /// <returns>One entry a place in source; empty if they are not kept.</returns>
    public IReadOnlyList<SpawnSiteMetrics> SpawnSites() => Scheduler.SpawnSites?.Snapshot() ?? [];

    private RuntimeScheduler Scheduler => _scheduler ?? throw new InvalidOperationException(
        "This RuntimeMetrics is a default value. It comes from the property Metrics of a runtime or of a handle.");

    internal static void CheckWorker(int index, int workers)
    {
        if ((uint)index >= (uint)workers)
        {
            throw new ArgumentOutOfRangeException(nameof(index), index, $"The runtime has {workers} worker(s), from 0.");
        }
    }
}
