using System;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;

namespace Kioto.AspNetCore;

/// <summary>The way to a worker of the runtime, for requests that began elsewhere.</summary>
/// <remarks>
/// Not an awaiter: the async method would make a delegate of its continuation each time, and to a source it hands over
/// itself. It keeps nothing, so any number of them may be under way.
/// </remarks>
internal sealed class Hop(Scheduler scheduler) : IValueTaskSource
{
    /// <summary>Whether the calling thread is a worker of the runtime: then there is no way to go.</summary>
    internal bool IsThere => ReferenceEquals(Ambient.Current.Scheduler, scheduler);

    public ValueTaskSourceStatus GetStatus(short token) => ValueTaskSourceStatus.Pending;

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        QueuedAction.Queue(scheduler, continuation, state);

    public void GetResult(short token)
    {
    }

    /// <summary>Runs a request on a worker.</summary>
    /// <remarks>
    /// The server awaits a request without a context, and under one its continuation would go to the thread pool: so it
    /// goes on from here, without one. The worker puts its context back.
    /// </remarks>
    internal async Task Run<T>(Func<T, Task> request, T context)
    {
        await new ValueTask(this, token: 0);
        try
        {
            await request(context);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }
    }
}
