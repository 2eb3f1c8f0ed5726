using System;

namespace Kioto.Sync;

/// <summary>A receiver of a broadcast channel was too slow: values were overwritten before it came to them.</summary>
public sealed class LaggedException : InvalidOperationException
{
    /// <summary>Makes one with the usual message.</summary>
    public LaggedException()
        : base("Values were missed.")
    {
    }

    /// <summary>Makes one with the number of values.</summary>
    /// <param name="missed">How many were missed.</param>
    public LaggedException(long missed)
        : base($"{missed} values were overwritten before this receiver came to them. The next receive gives the oldest that is left.") =>
        Missed = missed;

    /// <summary>Makes one with a message.</summary>
    /// <param name="message">What happened.</param>
    public LaggedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with a message and a cause.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The cause.</param>
    public LaggedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>How many values were missed.</summary>
    public long Missed { get; }
}
