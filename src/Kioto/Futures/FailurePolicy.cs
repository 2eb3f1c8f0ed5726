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

    /// <summary>The policy that options ask for.</summary>
    /// <param name="kind">Which one, or null.</param>
    /// <param name="report">The callback, or null.</param>
    /// <returns>Null where neither is given.</returns>
    /// <exception cref="InvalidOperationException">They contradict each other.</exception>
    internal static FailurePolicy? Of(UnhandledFailure? kind, Action<Exception, FailedTask>? report)
    {
        if (report is not null)
        {
            return kind is null or UnhandledFailure.Callback
                ? new FailurePolicy(report)
                : throw new InvalidOperationException(
                    $"Set UnhandledFailures ({kind}) or OnUnhandledFailure (a callback), not both.");
        }

        return kind == UnhandledFailure.Callback
            ? throw new InvalidOperationException("UnhandledFailures is Callback: set OnUnhandledFailure, the callback itself.")
            : kind is { } known ? new FailurePolicy(known) : null;
    }

    /// <summary>Refuses a policy that there is not.</summary>
    /// <param name="kind">The policy, or null.</param>
    /// <param name="name">What the caller calls it.</param>
    /// <returns>The policy.</returns>
    internal static UnhandledFailure? Checked(UnhandledFailure? kind, string name) =>
        kind is null or (>= UnhandledFailure.Log and <= UnhandledFailure.FailFast)
            ? kind
            : throw new ArgumentOutOfRangeException(name, kind, $"{name} must be one of UnhandledFailure's values.");

    /// <summary>Called with each of them. Null unless the kind is a callback.</summary>
    internal Action<Exception, FailedTask>? Report { get; }
}
