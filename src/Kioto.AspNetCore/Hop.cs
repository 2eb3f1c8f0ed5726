using System;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Kioto.AspNetCore;

/// <summary>Await it to go on on a worker of the runtime.</summary>
internal readonly struct Hop(Scheduler scheduler) : ICriticalNotifyCompletion
{
    public bool IsCompleted => false;

    public Hop GetAwaiter() => this;

    public void GetResult()
    {
    }

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation) =>
        QueuedAction.Queue(scheduler, static state => ((Action)state!)(), continuation);

    /// <summary>At the end of what has hopped: whoever awaits it goes on from here.</summary>
    /// <remarks>
    /// The server awaits a request without a context, and under one its continuation would go to the thread pool. The
    /// worker puts its context back.
    /// </remarks>
    internal static void Leave() => SynchronizationContext.SetSynchronizationContext(null);
}
