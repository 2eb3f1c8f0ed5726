namespace Kioto;

/// <summary>What a hook is told about a task. As Tokio's <c>TaskMeta</c>.</summary>
public readonly struct TaskMeta
{
    private readonly TaskHeader _task;

    internal TaskMeta(TaskHeader task) => _task = task;

    /// <summary>The task's id: what <see cref="JoinHandle.Id"/> says.</summary>
    public TaskId Id => new(_task.GetId());
}
