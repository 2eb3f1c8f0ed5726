using System;

namespace Kioto;

/// <summary>What is done about failures that nobody observes: a runtime's, or a scope's for its own tasks.</summary>
internal sealed class FailurePolicy
{
    internal static readonly FailurePolicy Default = new(UnhandledFailure.Log);

    internal FailurePolicy(UnhandledFailure kind) => Kind = kind;

    internal FailurePolicy(Action<Exception, FailedTask> report)
    {
        Kind = UnhandledFailure.Callback;
        Report = report;
    }

    internal UnhandledFailure Kind { get; }

    /// <summary>Called with each of them. Null unless the kind is a callback.</summary>
    internal Action<Exception, FailedTask>? Report { get; }
}
