using System;

namespace Kioto.Sync;

/// <summary>A semaphore or a channel was closed: what was asked of it can't happen any more.</summary>
public sealed class ClosedException : InvalidOperationException
{
    /// <summary>Makes one with the usual message.</summary>
    public ClosedException()
        : base("It was closed.")
    {
    }

    /// <summary>Makes one with a message.</summary>
    /// <param name="message">What was closed, and what to do.</param>
    public ClosedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with a message and a cause.</summary>
    /// <param name="message">What was closed, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public ClosedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
