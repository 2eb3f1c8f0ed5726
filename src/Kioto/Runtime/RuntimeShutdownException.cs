using System;

namespace Kioto;

/// <summary>
/// What was asked for needs a runtime that has been shut down: its sockets and timers fail with this. As what Tokio's
/// <c>is_rt_shutdown_err</c> tells from other errors.
/// </summary>
/// <remarks>Spawning does not throw it: the handle of a task that was refused says aborted.</remarks>
public sealed class RuntimeShutdownException : InvalidOperationException
{
    /// <summary>Makes one with the usual message.</summary>
    public RuntimeShutdownException()
        : base("The runtime has been shut down.")
    {
    }

    /// <summary>Makes one with a message.</summary>
    /// <param name="message">Which runtime, and what to do.</param>
    public RuntimeShutdownException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with a message and a cause.</summary>
    /// <param name="message">Which runtime, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public RuntimeShutdownException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
