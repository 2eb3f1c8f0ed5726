using System;
using System.Runtime.ExceptionServices;

namespace Kioto;

/// <summary>How a task ended: with a result, with a failure, or aborted.</summary>
/// <typeparam name="T">The type of the task's result.</typeparam>
public readonly struct JoinResult<T>
{
    private readonly T _value;
    private readonly Exception? _exception;

    // What knows the id of the task, which is made when somebody asks for it.
    private readonly object? _identity;

    private JoinResult(object identity, T value, Exception? exception, bool aborted)
    {
        _identity = identity;
        _value = value;
        _exception = exception;
        IsAborted = aborted;
    }

    /// <summary>The id of the task, which its handles have too.</summary>
    public TaskId Id => _identity switch
    {
        AbortTarget target => target.Id,
        ISpawned task => task.Id,
        _ => default,
    };

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

    /// <summary>Throws the task's failure, as it was thrown there, or that it was aborted.</summary>
    internal void ThrowIfFailed()
    {
        if (Exception is { } exception)
        {
            ExceptionDispatchInfo.Throw(exception);
        }
    }

    internal static JoinResult<T> Of(TaskCell<T> cell) => Of(cell, cell);

    internal static JoinResult<T> Of(TaskCell<T> cell, object identity) => cell switch
    {
        { WasAborted: true } => new(identity, default!, null, aborted: true),
        { Error: { } error } => new(identity, default!, error.SourceException, aborted: false),
        _ => new(identity, cell.Result, null, aborted: false),
    };
}
