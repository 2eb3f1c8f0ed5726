using System;

namespace Kioto;

/// <summary>Thrown by awaiting the handle of a task that was aborted, or dropped by its runtime's shutdown.</summary>
/// <remarks>
/// Not an <see cref="OperationCanceledException"/>: the awaiting task itself was not cancelled, and unhandled this is a
/// failure like any other. <c>JoinAsync</c> reports the same without an exception.
/// </remarks>
public sealed class TaskAbortedException : Exception
{
    /// <summary>Makes the exception with its usual message.</summary>
    public TaskAbortedException()
        : base("The task was aborted, or its runtime was shut down.")
    {
    }

    /// <summary>Makes the exception with a message.</summary>
    /// <param name="message">What happened.</param>
    public TaskAbortedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with a message and a cause.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The cause.</param>
    public TaskAbortedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Says which task it was, and why.</summary>
    /// <param name="id">The task.</param>
    /// <param name="why">Whether its runtime or its local set was being shut down when it ended, or had been when it came.</param>
    /// <returns>The exception.</returns>
    internal static TaskAbortedException Of(TaskId id, CellFlags why) => new(
        (why & CellFlags.Refused) != 0
            ? $"Task {id} never began: its runtime or its local set had been shut down. Spawn on one that still runs, or " +
                "let what spawns there, such as an HttpClient that connects on a runtime, end before that is disposed."
        : (why & CellFlags.Shutdown) != 0
            ? $"Task {id} was aborted by the shutdown of its runtime or its local set. Await what is to end by itself before that is disposed, " +
                "or give it a grace: Runtime.ShutdownAsync."
            : $"Task {id} was aborted.");
}
