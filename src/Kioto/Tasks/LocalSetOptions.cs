using System;

namespace Kioto;

/// <summary>How a <see cref="LocalSet"/> treats its tasks.</summary>
public sealed class LocalSetOptions
{
    /// <summary>
    /// What happens to failures of the set's tasks that nobody observes, and of callbacks that Task-based code posts to
    /// it. Null, the default, leaves it to the runtime that drives the set
    /// (<see cref="RuntimeBuilder.OnUnhandledFailure(UnhandledFailure)"/>). <see cref="UnhandledFailure.ShutdownRuntime"/>
    /// ends that runtime, and what blocks on it, such as the set's <c>BlockOn</c>, throws the failure.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such policy.</exception>
    public UnhandledFailure? UnhandledFailures
    {
        get;
        init => field = FailurePolicy.Checked(value, nameof(UnhandledFailures));
    }

    /// <summary>Told of them instead: the failure, and whose it is. It must not block, and what it throws is logged.</summary>
    public Action<Exception, FailedTask>? OnUnhandledFailure { get; init; }
}
