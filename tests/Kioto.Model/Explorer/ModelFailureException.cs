using System;

namespace ModelChecking;

/// <summary>An execution failed. The message holds the failure, the schedule to replay, and the last operations.</summary>
internal sealed class ModelFailureException : Exception
{
    internal ModelFailureException(FailureKind kind, string schedule, string message, Exception? cause)
        : base(message, cause)
    {
        Kind = kind;
        Schedule = schedule;
    }

    internal FailureKind Kind { get; }

    /// <summary>The argument for <see cref="Model.Replay(string, Action)"/>.</summary>
    internal string Schedule { get; }
}

/// <summary>In what way an execution failed.</summary>
internal enum FailureKind
{
    /// <summary>A thread threw: an assertion of the model or the code under test.</summary>
    Exception,

    /// <summary>Unfinished threads, all of them blocked. A lost wake-up shows as this.</summary>
    Deadlock,

    /// <summary>More steps than <see cref="ModelOptions.MaxSteps"/>.</summary>
    Livelock,
}
