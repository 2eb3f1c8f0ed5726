using System;
using System.Runtime.CompilerServices;

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
}
