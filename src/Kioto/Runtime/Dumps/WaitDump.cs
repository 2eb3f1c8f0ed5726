using System;
using System.Collections.Generic;

namespace Kioto;

/// <summary>What a task, or an arm of one, waits for.</summary>
public sealed class WaitDump
{
    internal WaitDump(
        string operation, string? detail, int? resource, TaskId? owner, TimeSpan? atLeast, IReadOnlyList<ArmDump> arms)
    {
        Operation = operation;
        Detail = detail;
        Resource = resource;
        Owner = owner;
        AtLeast = atLeast;
        Arms = arms;
    }

    /// <summary>The operation in words: <c>Mutex&lt;Account&gt;.LockAsync</c>.</summary>
    public string Operation { get; }

    /// <summary>Which one, where that can be told: a descriptor and an address, what is left of a sleep.</summary>
    public string? Detail { get; }

    /// <summary>The number, in this dump, of the object that is waited on: the same number is the same object.</summary>
    public int? Resource { get; }

    /// <summary>Who alone can end the wait, where that is known: the holder of a lock, or the task that is joined.</summary>
    public TaskId? Owner { get; }

    /// <summary>
    /// The wait has lasted at least so long: since an earlier dump that saw the same wait, or since the task's latest poll
    /// where <see cref="RuntimeBuilder.TaskMetrics"/> are kept. Null when no dump has, and they are not.
    /// </summary>
    public TimeSpan? AtLeast { get; }

    /// <summary>The arms of a combinator that have not ended; empty for everything else.</summary>
    public IReadOnlyList<ArmDump> Arms { get; }
}
