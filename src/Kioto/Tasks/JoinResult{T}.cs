using System;

namespace Kioto;

/// <summary>How a task ended: with a result, with a failure, or aborted.</summary>
/// <typeparam name="T">The type of the task's result.</typeparam>
public readonly struct JoinResult<T>
{
    private readonly T _value;
    private readonly Exception? _exception;

    private JoinResult(T value, Exception? exception, bool aborted)
    {
        _value = value;
        _exception = exception;
        IsAborted = aborted;
    }

    /// <summary>Whether the task returned a result.</summary>
    public bool IsCompletedSuccessfully => _exception is null && !IsAborted;

    /// <summary>Whether the task threw.</summary>
    public bool IsFaulted => _exception is not null;

    /// <summary>Whether the task was aborted, or dropped by its runtime's shutdown.</summary>
    public bool IsAborted { get; }

    /// <summary>What the task threw, a <see cref="TaskAbortedException"/> if it was aborted, or null.</summary>
    public Exception? Exception => IsAborted ? new TaskAbortedException() : _exception;

    /// <summary>The result.</summary>
    /// <exception cref="InvalidOperationException">The task has none; the inner exception says why.</exception>
    public T Value => IsCompletedSuccessfully
        ? _value
        : throw new InvalidOperationException("The task has no result: see the inner exception.", Exception);

    /// <summary>The outcome of a completed task. Its failure, if it is one, counts as observed.</summary>
    /// <param name="cell">The task.</param>
    /// <returns>The outcome.</returns>
    internal static JoinResult<T> Of(TaskCell<T> cell)
    {
        if (cell.WasAborted)
        {
            return new JoinResult<T>(default!, null, aborted: true);
        }

        return cell.ObserveError() is { } error
            ? new JoinResult<T>(default!, error.SourceException, aborted: false)
            : new JoinResult<T>(cell.Result, null, aborted: false);
    }
}
