using System;

namespace Kioto;

/// <summary>How a <see cref="JoinSet{T}"/> or a <see cref="JoinSet"/> treats its tasks.</summary>
public sealed class JoinSetOptions
{
    /// <summary>How many tasks may run at once; null, the default, is any number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int? Limit
    {
        get;
        init
        {
            if (value is { } limit)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1, nameof(Limit));
            }

            field = value;
        }
    }

    /// <summary>
    /// Whether the results of tasks are dropped as they end: nothing accumulates in a set that nobody reads. Failures
    /// then go to the runtime (<c>OnUnhandledFailure</c>), <c>JoinNextAsync</c> waits until all have ended, and so does <c>JoinAllAsync</c>, which then throws none.
    /// </summary>
    public bool DiscardResults { get; init; }

    /// <summary>The class of the tasks. <see cref="TaskClass.Normal"/> by default. Closures that block, and tasks of a local set, have none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public TaskClass Class
    {
        get;
        init
        {
            Spawner.IsBackground(value, nameof(Class));
            field = value;
        }
    }

    /// <summary>
    /// What happens to failures of the tasks that nobody observes: of those whose results are discarded, that were let
    /// go, or that fail in the cleanup of a set that is shut down. Null, the default, leaves it to the runtime
    /// (<see cref="RuntimeBuilder.OnUnhandledFailure(UnhandledFailure)"/>).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such policy.</exception>
    public UnhandledFailure? UnhandledFailures
    {
        get;
        init => field = Kioto.FailurePolicy.Checked(value, nameof(UnhandledFailures));
    }

    /// <summary>Told of them instead: the failure, and whose it is. It must not block, and what it throws is logged.</summary>
    public Action<Exception, FailedTask>? OnUnhandledFailure { get; init; }
}
