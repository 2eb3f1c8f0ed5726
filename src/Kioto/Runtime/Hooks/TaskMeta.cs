using System;

namespace Kioto;

/// <summary>What a hook is told about a task. As Tokio's <c>TaskMeta</c>.</summary>
public readonly struct TaskMeta
{
    private readonly TaskHeader _task;
    private readonly long? _latency;

    internal TaskMeta(TaskHeader task, long? latency)
    {
        _task = task;
        _latency = latency;
    }

    /// <summary>The task's id: what <see cref="JoinHandle.Id"/> says.</summary>
    public TaskId Id => new(_task.KnownId);

    /// <summary>The task's name; null for one that was spawned without.</summary>
    public string? Name => _task.Site.Name;

    /// <summary>The file and line of the call that spawned it. As Tokio's <c>spawned_at</c>.</summary>
    public SpawnSite SpawnSite => _task.Site;

    /// <summary>
    /// The worker on which the hook runs, from 0; null on threads that are none, from which tasks may be spawned. Ask
    /// inside the hook: as <see cref="RuntimeHandle.CurrentWorkerIndex"/>, it is about the thread that asks.
    /// </summary>
    public int? WorkerIndex => RuntimeHandle.CurrentWorkerIndex;

    /// <summary>
    /// How long the task had waited between being ready and the poll that this hook is about; null in other hooks, and
    /// where neither <see cref="RuntimeBuilder.ScheduleLatencyHistogram"/> nor <see cref="RuntimeBuilder.TaskMetrics"/> asked for it.
    /// </summary>
    public TimeSpan? ScheduleLatency =>
        _latency is { } nanos ? TimeSpan.FromTicks(nanos / TimeSpan.NanosecondsPerTick) : null;

    /// <summary>The task's figures so far; null unless <see cref="RuntimeBuilder.TaskMetrics"/> asked for them.</summary>
    public TaskMetrics? Metrics => TaskFigures.Of(_task);
}
