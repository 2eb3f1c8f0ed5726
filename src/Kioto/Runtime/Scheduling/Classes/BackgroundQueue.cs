using System.Collections.Generic;

namespace Kioto;

/// <summary>The ready tasks of the background class, in the order in which they became ready: one queue for all workers.</summary>
/// <remarks>
/// Nothing of it is a core's: who loses its core loses none of these. It is an <see cref="InjectQueue"/>, and so to the
/// idle set what that is: who pushes notifies, who goes to sleep looks here too.
/// </remarks>
internal sealed class BackgroundQueue
{
    private readonly InjectQueue _queue = new();
    private readonly ClockState _clock;
    private readonly long _maxWaitNanos;

    /// <summary>Makes it empty.</summary>
    /// <param name="clock">The runtime's: on a paused one nothing grows old.</param>
    /// <param name="maxWaitNanos">After how long a task is overdue; long.MaxValue for never.</param>
    internal BackgroundQueue(ClockState clock, long maxWaitNanos)
    {
        _clock = clock;
        _maxWaitNanos = maxWaitNanos;
    }

    /// <summary>Whether nothing is queued.</summary>
    internal bool IsEmpty => _queue.IsEmpty;

    /// <inheritdoc cref="InjectQueue.Taken"/>
    internal long Taken => _queue.Taken;

    /// <summary>Whether the first, which has waited for the longest time, has done so for too long. Any thread: a hint.</summary>
    internal bool IsOverdue =>
        _maxWaitNanos != long.MaxValue && _queue.PeekFirst() is { } first && _clock.Now - first.QueuedAt >= _maxWaitNanos;

    /// <summary>Adds a task. Any thread.</summary>
    /// <param name="task">A notified task of the background class.</param>
    internal void Push(TaskHeader task)
    {
        if (_maxWaitNanos != long.MaxValue)
        {
            task.QueuedAt = _clock.Now;
        }

        _queue.Push(task);
    }

    /// <summary>Takes the first.</summary>
    /// <returns>The task, or null.</returns>
    internal TaskHeader? Pop() => _queue.IsEmpty ? null : _queue.PopChain(1);

    /// <inheritdoc cref="InjectQueue.KillUnlisted"/>
    internal void KillUnlisted() => _queue.KillUnlisted();

    /// <inheritdoc cref="InjectQueue.CopyTo"/>
    internal void CopyTo(HashSet<TaskHeader> tasks) => _queue.CopyTo(tasks);
}
