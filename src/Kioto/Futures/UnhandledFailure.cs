namespace Kioto;

/// <summary>What a runtime does about the failure of a task that nobody observes. Default: <see cref="Log"/>.</summary>
/// <remarks>
/// A detached task is nobody's when it ends. One with a handle is nobody's when the last handle has been collected and
/// nobody has awaited it, or asked for its <c>JoinAsync</c>. As Tokio's <c>UnhandledPanic</c>, with more to choose from.
/// </remarks>
public enum UnhandledFailure
{
    /// <summary>
    /// An error in the process's trace listeners; on the standard error stream when there are none but the debugger's.
    /// </summary>
    Log,

    /// <summary>Nothing.</summary>
    Ignore,

    /// <summary>A callback of the program gets it.</summary>
    Callback,

    /// <summary>It is logged, the runtime shuts down, and its <c>BlockOn</c> calls throw the failure.</summary>
    ShutdownRuntime,

    /// <summary>The process ends at once, with the failure in its message: <c>Environment.FailFast</c>.</summary>
    FailFast,
}
