using System;

namespace Kioto;

/// <summary>The figures of one task, or of several together. Kept where <see cref="RuntimeBuilder.TaskMetrics"/> asked for it.</summary>
public readonly record struct TaskMetrics
{
    /// <summary>How many polls have begun.</summary>
    public long PollCount { get; init; }

    /// <summary>How long polls have taken, together: wall time.</summary>
    public TimeSpan BusyDuration { get; init; }

    /// <summary>How long the longest poll has taken.</summary>
    public TimeSpan LongestPoll { get; init; }

    /// <summary>How long it has waited between being ready and being polled, together.</summary>
    public TimeSpan ScheduledDuration { get; init; }

    /// <summary>How often it was woken: wakes of a task that is ready already don't count.</summary>
    public long WakeCount { get; init; }

    /// <summary>How many polls have ended because the budget was used up.</summary>
    public long ForcedYieldCount { get; init; }

    /// <summary>Adds up.</summary>
    /// <param name="other">The figures of another task.</param>
    /// <returns>Those of both together.</returns>
    internal TaskMetrics Plus(in TaskMetrics other) => new()
    {
        PollCount = PollCount + other.PollCount,
        BusyDuration = BusyDuration + other.BusyDuration,
        LongestPoll = LongestPoll > other.LongestPoll ? LongestPoll : other.LongestPoll,
        ScheduledDuration = ScheduledDuration + other.ScheduledDuration,
        WakeCount = WakeCount + other.WakeCount,
        ForcedYieldCount = ForcedYieldCount + other.ForcedYieldCount,
    };
}
