using System.Threading;

namespace Kioto;

/// <summary>The synchronization context of a scheduler's threads: what Task-based code posts becomes a task of its own.</summary>
internal sealed class SchedulerContext : SynchronizationContext
{
    private readonly Scheduler _scheduler;

    internal SchedulerContext(Scheduler scheduler) => _scheduler = scheduler;

    /// <summary>Queues a callback on the scheduler, or on the thread pool when it has been shut down.</summary>
    /// <param name="d">The callback.</param>
    /// <param name="state">Its argument.</param>
    public override void Post(SendOrPostCallback d, object? state)
    {
        System.ArgumentNullException.ThrowIfNull(d);
        PostedCallback.Schedule(_scheduler, d, state);
    }

    /// <summary>Runs the callback here if this thread is one of the scheduler's; elsewhere it throws: use Post.</summary>
    /// <param name="d">The callback.</param>
    /// <param name="state">Its argument.</param>
    public override void Send(SendOrPostCallback d, object? state)
    {
        System.ArgumentNullException.ThrowIfNull(d);
        if (!ReferenceEquals(Current, this))
        {
            throw new System.NotSupportedException(
                "A Kioto runtime does not run callbacks while another thread waits: use Post, Spawn or BlockOn.");
        }

        d(state);
    }

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;
}
