using System;
using System.Collections.Generic;

namespace Kioto;

/// <summary>One task in a dump.</summary>
public sealed class TaskDump
{
    internal TaskDump(
        TaskDumpKind kind,
        TaskId? id,
        SpawnSite spawnSite,
        TaskClass taskClass,
        TaskDumpState state,
        bool isCancelling,
        IReadOnlyList<string> awaitChain,
        WaitDump? waitsFor,
        string? pool = null,
        TimeSpan? queuedFor = null)
    {
        Kind = kind;
        Id = id;
        SpawnSite = spawnSite;
        Class = taskClass;
        State = state;
        IsCancelling = isCancelling;
        AwaitChain = awaitChain;
        WaitsFor = waitsFor;
        Pool = pool;
        QueuedFor = queuedFor;
    }

    /// <summary>What it is.</summary>
    public TaskDumpKind Kind { get; }

    /// <summary>Its id; null for what is no task.</summary>
    public TaskId? Id { get; }

    /// <summary>Its name; null if it was spawned without.</summary>
    public string? Name => SpawnSite.Name;

    /// <summary>Where it was spawned.</summary>
    public SpawnSite SpawnSite { get; }

    /// <summary>Its class; <see cref="TaskClass.Normal"/> for what has none.</summary>
    public TaskClass Class { get; }

    /// <summary>What it was doing.</summary>
    public TaskDumpState State { get; }

    /// <summary>Whether it has been told to stop: it cleans up, or has not noticed yet.</summary>
    public bool IsCancelling { get; }

    /// <summary>
    /// The methods that await one another, the outermost first. While the task runs: as far as they are known from
    /// where it last waited, perhaps the outermost only. Empty when it moved too fast to be read.
    /// </summary>
    public IReadOnlyList<string> AwaitChain { get; }

    /// <summary>What the innermost of them waits for; null unless it waits.</summary>
    public WaitDump? WaitsFor { get; }

    /// <summary>The name of its blocking pool; null for what is no closure.</summary>
    public string? Pool { get; }

    /// <summary>How long a closure has waited for a thread of its pool, to the millisecond; null unless it waits for one.</summary>
    public TimeSpan? QueuedFor { get; }

    /// <summary>The task as in the text of the whole dump.</summary>
    /// <returns>Some lines.</returns>
    public override string ToString() => DumpText.Of(this);
}
