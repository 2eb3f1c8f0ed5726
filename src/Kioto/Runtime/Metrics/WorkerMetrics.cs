using System;

namespace Kioto;

/// <summary>The figures of one worker at one moment. Counts begin with the runtime and never go back.</summary>
/// <remarks>
/// A current-thread runtime has one worker, the thread in BlockOn. Each figure is exact when nothing happens meanwhile.
/// Times are measured from the first look at <c>Runtime.Metrics</c>, or at the meter, on.
/// </remarks>
public readonly record struct WorkerMetrics
{
    /// <summary>Which worker, from 0.</summary>
    public int Index { get; init; }

    /// <summary>The <see cref="Environment.CurrentManagedThreadId"/> of the thread that runs it, or ran it last; 0 before it has begun.</summary>
    public int ThreadId { get; init; }

    /// <summary>How often it has gone to sleep because there was nothing to do.</summary>
    public long ParkCount => (ParkUnparkCount + 1) / 2;

    /// <summary>How often it has gone to sleep and woken up: odd while it sleeps.</summary>
    public long ParkUnparkCount { get; init; }

    /// <summary>How often it was woken, found nothing to do and went to sleep again.</summary>
    public long NoopCount { get; init; }

    /// <summary>How many tasks it has taken from other workers' queues. 0 where nothing is stolen.</summary>
    public long StealCount { get; init; }

    /// <summary>How often it has taken tasks from another worker, several at once.</summary>
    public long StealOperations { get; init; }

    /// <summary>How many polls it has begun: of tasks, and of callbacks that Task-based code has posted.</summary>
    /// <remarks>Every poll counts, also of the slot for the task that was woken last, which Tokio counts with the one before.</remarks>
    public long PollCount { get; init; }

    /// <summary>How often it has put a task into its own queue: spawned, woken or yielding there.</summary>
    public long LocalScheduleCount { get; init; }

    /// <summary>How many tasks it has given to the queue that all workers share because its own was full.</summary>
    public long OverflowCount { get; init; }

    /// <summary>How many tasks wait in its own queue now.</summary>
    public int LocalQueueDepth { get; init; }

    /// <summary>How long it has not slept, the poll that is under way included: of wall time, so waiting in a task counts.</summary>
    public TimeSpan BusyDuration { get; init; }

    /// <summary>How long its polls take of late: a mean that forgets, each poll counting a tenth. Exact to 100 ns.</summary>
    public TimeSpan MeanPollTime { get; init; }
}
