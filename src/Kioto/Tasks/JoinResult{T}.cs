using System;

namespace Kioto;

/// <summary>How a task ended: with a result, with a failure, or aborted.</summary>
/// <typeparam name="T">The type of the task's result.</typeparam>
public readonly struct JoinResult<T>
{
    private readonly T _value;

    // The failure; the task itself if it was aborted, as most never ask for the exception.
    private readonly object? _cause;

    private JoinResult(T value, object? cause)
    {
        _value = value;
        _cause = cause;
    }

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

    internal static JoinResult<T> Of(TaskCell<T> cell) => cell switch
    {
        { WasAborted: true } => new(default!, cell),
        { Error: { } error } => new(default!, error.SourceException),
        _ => new(cell.Result, null),
    };
}
