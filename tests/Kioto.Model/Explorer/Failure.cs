using System;

namespace ModelChecking;

/// <summary>Why an execution failed.</summary>
/// <param name="Kind">In what way.</param>
/// <param name="Thread">The thread that noticed.</param>
/// <param name="Cause">What it threw, if it did.</param>
/// <param name="Blocked">The threads that were blocked, and on what, a line each.</param>
internal sealed record Failure(FailureKind Kind, int Thread, Exception? Cause, string Blocked)
{
    internal string Headline => Kind switch
    {
        FailureKind.Deadlock => "Deadlock: no thread can run.",
        FailureKind.Livelock => "Livelock: the step bound is exceeded.",
        _ => $"T{Thread} threw {Cause!.GetType().Name}: {Cause.Message}",
    };
}
