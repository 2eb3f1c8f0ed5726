namespace Kioto;

/// <summary>What an entry of a dump is.</summary>
public enum TaskDumpKind
{
    /// <summary>A task of the runtime.</summary>
    Task,

    /// <summary>A task of a <see cref="LocalSet"/> that the runtime drives.</summary>
    LocalTask,

    /// <summary>A future that a thread outside the workers blocks on.</summary>
    BlockOn,

    /// <summary>A closure that a thread of a blocking pool runs, or that waits for one.</summary>
    BlockingClosure,

    /// <summary>Task-based code on the runtime's queues: a posted callback, or a part of an <c>async Task</c> method.</summary>
    Continuation,

    /// <summary>A callback of a token that a shutdown has cancelled: of <c>ShutdownToken</c>, or of the closure's whose id it has. In reports of shutdowns only.</summary>
    TokenCallback,
}
