using System;

namespace Kioto;

/// <summary>How a task without a result ended: normally, with a failure, or aborted.</summary>
public readonly struct JoinResult
{
    private readonly JoinResult<Unit> _result;

    internal JoinResult(JoinResult<Unit> result) => _result = result;

    /// <summary>The id of the task, which its handles have too.</summary>
    public TaskId Id => _result.Id;

    /// <summary>Whether the task ran to its end.</summary>
    public bool IsCompletedSuccessfully => _result.IsCompletedSuccessfully;

    /// <summary>Whether the task threw.</summary>
    public bool IsFaulted => _result.IsFaulted;

    /// <summary>Whether the task was aborted, or dropped by its runtime's shutdown.</summary>
    public bool IsAborted => _result.IsAborted;

    /// <summary>What the task threw, a <see cref="TaskAbortedException"/> if it was aborted, or null.</summary>
    public Exception? Exception => _result.Exception;
}
