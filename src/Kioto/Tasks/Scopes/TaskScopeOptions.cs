using System;
using System.Threading;

namespace Kioto;

/// <summary>How a <see cref="TaskScope"/> treats its children.</summary>
public sealed class TaskScopeOptions
{
    /// <summary>How many children may run at once; null, the default, is any number. Others are queued in the order of arrival.</summary>
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

    /// <summary>What a child's failure means for the others. <see cref="ScopeFailurePolicy.CancelSiblings"/> by default.</summary>
    public ScopeFailurePolicy FailurePolicy
    {
        get;
        init
        {
            if (value is not (ScopeFailurePolicy.CancelSiblings or ScopeFailurePolicy.WaitAll))
            {
                throw new ArgumentOutOfRangeException(nameof(FailurePolicy), value, "CancelSiblings or WaitAll.");
            }

            field = value;
        }
    }

    /// <summary>A moment, on the clock of the current runtime, at which the children are cancelled; null for none.</summary>
    public Instant? Deadline { get; init; }

    /// <summary>After how long, from the opening on, the children are cancelled; null for never. The earlier of both counts.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, and not infinite.</exception>
    public TimeSpan? Timeout
    {
        get;
        init
        {
            if (value is { } timeout && timeout < TimeSpan.Zero && timeout != System.Threading.Timeout.InfiniteTimeSpan)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(Timeout), timeout, "A timeout needs zero or more, or Timeout.InfiniteTimeSpan.");
            }

            field = value;
        }
    }

    /// <summary>A token of somebody else, a request's say, that cancels the children when it is cancelled.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>The class of the children. <see cref="TaskClass.Normal"/> by default. Closures that block, and tasks of a local set, have none.</summary>
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
    /// What happens to failures that nobody observes: those that come after the one that the scope throws. Null, the
    /// default, leaves it to the runtime (<see cref="RuntimeBuilder.OnUnhandledFailure(UnhandledFailure)"/>).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such policy.</exception>
    public UnhandledFailure? UnhandledFailures
    {
        get;
        init => field = Kioto.FailurePolicy.Checked(value, nameof(UnhandledFailures));
    }

    /// <summary>Told of them instead: the failure, and whose it is. It must not block, and what it throws is logged.</summary>
    public Action<Exception, FailedTask>? OnUnhandledFailure { get; init; }

    /// <summary>The earlier of deadline and timeout.</summary>
    /// <returns>The moment; null for none.</returns>
    internal Instant? FindDeadline()
    {
        if (Timeout is not { } timeout || timeout < TimeSpan.Zero)
        {
            return Deadline;
        }

        Instant end = Instant.Now + timeout;
        return Deadline is { } deadline && deadline < end ? deadline : end;
    }
}
