namespace Kioto;

/// <summary>What a hook is told about a task. As Tokio's <c>TaskMeta</c>.</summary>
public readonly struct TaskMeta
{
    private readonly TaskHeader _task;

    internal TaskMeta(TaskHeader task) => _task = task;

    /// <summary>The task's id: what <see cref="JoinHandle.Id"/> says.</summary>
    public TaskId Id => new(_task.KnownId);

    /// <summary>The file and line of the call that spawned it. As Tokio's <c>spawned_at</c>.</summary>
    public SpawnSite SpawnSite => _task.Site;
}
