using System;
using System.Threading;

namespace Kioto;

/// <summary>A callback that Task-based code posted to a scheduler's synchronization context: pooled where that is a runtime's.</summary>
internal sealed class PostedCallback : WorkItem
{
    private static readonly Depot s_depot = new(ObjectSize.Of<PostedCallback>());

    private SendOrPostCallback? _callback;
    private object? _state;
    private ExecutionContext? _context;

    /// <summary>Queues a callback; after the scheduler's end it runs on the .NET thread pool.</summary>
    /// <remarks>A Task whose continuation is lost never ends: so it runs where .NET would run it.</remarks>
    /// <param name="scheduler">Where.</param>
    /// <param name="callback">The callback. It runs in the context of this call, if the scheduler lets contexts flow.</param>
    /// <param name="state">Its argument.</param>
    internal static void Post(Scheduler scheduler, SendOrPostCallback callback, object? state)
    {
        PostedCallback posted = Rent(Ambient.Current);
        posted._context = scheduler.FlowsContext ? ContextFlow.Save() : null;
        posted._callback = callback;
        posted._state = state;
        if (!posted.TryQueue(scheduler))
        {
            posted.QueueOnThreadPool();
        }
    }

    private protected override void Run()
    {
        Ownership.Check(this);
        ContextFlow.Enter(_context);
        try
        {
            _callback!(_state);
        }
        catch (Exception exception)
        {
            Scheduler.ReportUnhandled(exception);
        }
    }

    private protected override void RunOnThreadPool()
    {
        ContextFlow.Enter(_context);
        _callback!(_state);
    }

    private protected override void Recycle(Ambient ambient)
    {
        // A local set may be ended by another thread, which looks at what lies in its queues.
        if (Scheduler is RuntimeScheduler)
        {
            _callback = null;
            _state = null;
            _context = null;
            PutFree(ambient, ref ambient.FreePosts, s_depot);
        }
    }

    private static PostedCallback Rent(Ambient ambient)
    {
        PostedCallback posted = TakeFree(ambient, ref ambient.FreePosts, s_depot) as PostedCallback ?? new PostedCallback();
        Ownership.Begin(posted);
        return posted;
    }
}
