namespace Kioto;

/// <summary>What a task was doing when a dump was taken.</summary>
public enum TaskDumpState
{
    /// <summary>It was ready, and waited for its turn.</summary>
    Queued,

    /// <summary>A thread was running its code.</summary>
    Running,

    /// <summary>It waited for something.</summary>
    Waiting,
}
