using System;
using System.Runtime.ExceptionServices;

namespace Kioto;

/// <summary>How a task ended: with a result, with a failure, or aborted.</summary>
/// <typeparam name="T">The type of the task's result.</typeparam>
public readonly struct JoinResult<T>
{
    private readonly T _value;

    // What knows the id of the task, which is made when somebody asks for it.
    private readonly object? _identity;

    // The failure; the task itself if it was aborted, as most never ask for the exception.
    private readonly object? _cause;

    private JoinResult(object identity, T value, object? cause)
    {
        _identity = identity;
        _value = value;
        _cause = cause;
    }

    /// <summary>The id of the task, which its handles have too.</summary>
    public TaskId Id => _identity switch
    {
        AbortTarget target => target.Id,
        ISpawned task => task.Id,
        _ => default,
    };

    /// <summary>Whether the task returned a result.</summary>
    public bool IsCompletedSuccessfully => _cause is null;

    /// <summary>Whether the task threw.</summary>
    public bool IsFaulted => _cause is Exception;

    /// <summary>Whether the task was aborted, or dropped by its runtime's shutdown.</summary>
    public bool IsAborted => _cause is TaskCell<T>;

    /// <summary>What the task threw, a <see cref="TaskAbortedException"/> if it was aborted, or null.</summary>
    public Exception? Exception => _cause is TaskCell<T> cell ? cell.MakeAborted() : (Exception?)_cause;

    /// <summary>The result.</summary>
    /// <exception cref="InvalidOperationException">The task has none; the inner exception says why.</exception>
    public T Value => IsCompletedSuccessfully
        ? _value
        : throw new InvalidOperationException("The task has no result: see the inner exception.", Exception);

    /// <summary>Throws the task's failure, as it was thrown there, or that it was aborted.</summary>
    internal void ThrowIfFailed()
    {
        if (Exception is { } exception)
        {
            ExceptionDispatchInfo.Throw(exception);
        }
    }

    /// <summary>The outcome of a completed task. Its failure, if it is one, counts as observed.</summary>
    /// <param name="cell">The task.</param>
    /// <returns>The outcome.</returns>
    internal static JoinResult<T> Of(TaskCell<T> cell) => Of(cell, cell);

    internal static JoinResult<T> Of(TaskCell<T> cell, object identity)
    {
        if (cell.WasAborted)
        {
            return new JoinResult<T>(identity, default!, cell);
        }

        return cell.ObserveError() is { } error
            ? new JoinResult<T>(identity, default!, error.SourceException)
            : new JoinResult<T>(identity, cell.Result, null);
    }
}
