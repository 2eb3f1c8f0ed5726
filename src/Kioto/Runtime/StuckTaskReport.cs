using System;

namespace Kioto;

/// <summary>What a runtime's watchdog has found: a task that has been polled for longer than the threshold, without a pause.</summary>
/// <remarks>The task blocks its thread, or computes. See <see cref="RuntimeBuilder.OnStuckTask"/>.</remarks>
public sealed class StuckTaskReport
{
    internal StuckTaskReport(TaskDump? details, string task, int? workerIndex, TimeSpan duration, TimeSpan compilation, bool movedOn)
    {
        Details = details;
        Task = task;
        WorkerIndex = workerIndex;
        Duration = duration;
        CompilationTime = compilation;
        MovedOn = movedOn;
    }

    /// <summary>The task's id; null where it is code without one, such as a posted callback, or can't be told.</summary>
    public TaskId? TaskId => Details?.Id;

    /// <summary>The task in words: which one, where it was spawned, and the innermost of the methods that await one another.</summary>
    public string Task { get; }

    /// <summary>
    /// What a dump says of the task: its name, where it was spawned, and all methods that await one another, as far as they
    /// are known while it runs. Null where it can't be told, as of the future of a BlockOn.
    /// </summary>
    public TaskDump? Details { get; }

    /// <summary>The worker that polls it, from 0; null on a thread that runs none, and only drives a <see cref="LocalSet"/>.</summary>
    public int? WorkerIndex { get; }

    /// <summary>How long the poll has lasted so far, without pauses of the garbage collector: at least that.</summary>
    public TimeSpan Duration { get; }

    /// <summary>
    /// How long the process compiled meanwhile, on any of its threads: the first calls of much code may take longer than
    /// the threshold, once. Zero where code is compiled ahead of time.
    /// </summary>
    public TimeSpan CompilationTime { get; }

    /// <summary>
    /// Whether the worker's other tasks and timers go on on another thread: one of the reserve, or where no more may be
    /// started those of the other workers, and the first that comes back from what it blocks in.
    /// </summary>
    public bool MovedOn { get; }

    /// <summary>Whether it was mostly compilation: nothing that the task's author could mend.</summary>
    internal bool IsCompilation => CompilationTime * 2 >= Duration;

    /// <summary>The report in a sentence.</summary>
    /// <returns>The sentence.</returns>
    public override string ToString() =>
        $"{Who} has been polling {Task} for {Duration.TotalMilliseconds:F0} ms: it blocks its thread or " +
        $"computes. Await, or move that code into Kio.SpawnBlocking{(WorkerIndex is null ? "" : " or Kio.BlockInPlace")}. " +
        (WorkerIndex is null ? "The set's other tasks wait."
            : MovedOn ? "The worker's other tasks go on on another thread." : "The worker's other tasks wait.");

    private string Who => WorkerIndex is { } worker ? $"Worker {worker}" : "A thread that drives a LocalSet";
}
