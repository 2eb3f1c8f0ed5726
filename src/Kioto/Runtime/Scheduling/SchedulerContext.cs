using System;
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
        ArgumentNullException.ThrowIfNull(d);
        PostedCallback.Post(_scheduler, d, state);
    }

    /// <summary>Runs the callback: here if this thread is one of the scheduler's, else there, while this thread blocks.</summary>
    /// <param name="d">The callback.</param>
    /// <param name="state">Its argument.</param>
    /// <exception cref="InvalidOperationException">This thread polls futures of another runtime or local set.</exception>
    public override void Send(SendOrPostCallback d, object? state)
    {
        ArgumentNullException.ThrowIfNull(d);
        Ambient ambient = Ambient.Current;
        if (ReferenceEquals(Current, this) || IsWorker(ambient))
        {
            d(state);
            return;
        }

        if (ambient.Polling)
        {
            throw new InvalidOperationException(
                "SynchronizationContext.Send was called on a thread that polls futures of another runtime: it would block " +
                "them, and two that send to each other would wait for ever. Use Post, or Spawn and await the handle.");
        }

        new SentCallback(d, state).Send(this);
    }

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    // Inside a Task of the runtime's TaskScheduler no synchronization context is current.
    private bool IsWorker(Ambient ambient) =>
        ambient.Local is null && _scheduler is RuntimeScheduler runtime && runtime.IsWorker(ambient);
}
