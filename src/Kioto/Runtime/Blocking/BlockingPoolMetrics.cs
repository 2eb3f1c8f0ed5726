using System;

namespace Kioto;

/// <summary>The figures of a <c>BlockingPool</c> at one moment.</summary>
/// <remarks>
/// Always kept: counts change under the lock that is taken anyway, and the times a closure waits come from the system's
/// coarse clock (a reading of some nanoseconds when it is queued and when it is taken), so they are exact to a few
/// milliseconds, and a wait of less than that may count as nothing.
/// </remarks>
public readonly record struct BlockingPoolMetrics
{
    /// <summary>How many threads there are, idle ones included.</summary>
    public int Threads { get; init; }

    /// <summary>How many threads sleep.</summary>
    public int IdleThreads { get; init; }

    /// <summary>How many closures wait for a thread.</summary>
    public int QueueDepth { get; init; }

    /// <summary>How many closures threads have taken from the queue since the beginning.</summary>
    public long ClosuresStarted { get; init; }

    /// <summary>How long these have waited in the queue, together.</summary>
    public TimeSpan TotalQueueWait { get; init; }

    /// <summary>How long the one has waited that waited longest.</summary>
    public TimeSpan MaxQueueWait { get; init; }
}
