using System;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;

namespace Kioto.AspNetCore;

/// <summary>The way to a worker of the runtime, for async methods that began elsewhere.</summary>
/// <remarks>
/// Not an awaiter: the async method would make a delegate of its continuation each time, and to a source it hands over
/// itself. It keeps nothing, so any number of them may be under way.
/// </remarks>
internal sealed class Hop(Scheduler scheduler) : IValueTaskSource
{
    /// <summary>Await it to go on on a worker.</summary>
    public ValueTask ToWorker => new(this, token: 0);

    public ValueTaskSourceStatus GetStatus(short token) => ValueTaskSourceStatus.Pending;

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        QueuedAction.Queue(scheduler, continuation, state);

    public void GetResult(short token)
    {
    }

    /// <summary>At the end of what has hopped: whoever awaits it goes on from here.</summary>
    /// <remarks>
    /// The server awaits a request without a context, and under one its continuation would go to the thread pool. The
    /// worker puts its context back.
    /// </remarks>
    internal static void Leave() => SynchronizationContext.SetSynchronizationContext(null);
}
