namespace Kioto;

/// <summary>One task of a deadlock: what it waits for, and which task must go on for that.</summary>
public sealed class DeadlockStep
{
    internal DeadlockStep(TaskId? task, SpawnSite spawnSite, string waitsFor, int? resource, TaskId? owner)
    {
        Task = task;
        SpawnSite = spawnSite;
        WaitsFor = waitsFor;
        Resource = resource;
        Owner = owner;
    }

    /// <summary>The task that waits; null for a thread in <c>BlockOn</c>.</summary>
    public TaskId? Task { get; }

    /// <summary>Where it was spawned.</summary>
    public SpawnSite SpawnSite { get; }

    /// <summary>What it waits for.</summary>
    public string WaitsFor { get; }

    /// <summary>The number of that object in the dump; null when a task is joined.</summary>
    public int? Resource { get; }

    /// <summary>
    /// The next task of the cycle: it holds what is waited for, comes before in the queue, or is itself waited for. Null for
    /// a thread in <c>BlockOn</c>.
    /// </summary>
    public TaskId? Owner { get; }
}
