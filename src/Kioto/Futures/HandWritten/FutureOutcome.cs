using System;
using System.Runtime.ExceptionServices;

namespace Kioto;

/// <summary>How a polled future ended: a result or a failure, to be taken or thrown later.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
internal readonly struct FutureOutcome<T>
{
    private readonly T _value;

    internal FutureOutcome(T value) => _value = value;

    internal FutureOutcome(ExceptionDispatchInfo error)
    {
        _value = default!;
        Error = error;
    }

    internal ExceptionDispatchInfo? Error { get; }

    /// <summary>Whether it failed because it was cancelled, or by a cancellation that it let through.</summary>
    internal bool IsCancellation => Error?.SourceException is OperationCanceledException;

    /// <summary>Gives the result, or throws the failure.</summary>
    /// <returns>The result.</returns>
    internal T Get()
    {
        Error?.Throw();
        return _value;
    }
}
