using System;

namespace Kioto;

/// <summary>Thrown by the innermost await of a strand that is being cancelled, so that its cleanup runs.</summary>
/// <remarks>
/// It is delivered once: awaits inside <c>finally</c>, <c>using</c> and <c>catch</c> blocks work normally. Don't
/// swallow it: let it leave the method after cleaning up, as with any <see cref="OperationCanceledException"/>.
/// </remarks>
public sealed class FutureCancelledException : OperationCanceledException
{
    /// <summary>Makes the exception with its usual message.</summary>
    public FutureCancelledException()
        : base("The future was cancelled.")
    {
    }

    /// <summary>Makes the exception with a message.</summary>
    /// <param name="message">What happened.</param>
    public FutureCancelledException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with a message and a cause.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The cause.</param>
    public FutureCancelledException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
