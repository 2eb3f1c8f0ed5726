namespace Kioto;

/// <summary>The figures of the tasks that one call in source has spawned and that have ended.</summary>
public readonly record struct SpawnSiteMetrics
{
    /// <summary>The call; unknown for tasks that no call of a Spawn method spawned.</summary>
    public SpawnSite Site { get; init; }

    /// <summary>How many tasks.</summary>
    public long TaskCount { get; init; }

    /// <summary>Their figures together; <see cref="TaskMetrics.LongestPoll"/> is the longest of all.</summary>
    public TaskMetrics Tasks { get; init; }
}
