using System;
using System.Threading;

namespace Kioto;

/// <summary>A callback that Task-based code posted to a runtime: a task without future or handle.</summary>
internal sealed class PostedCallback : TaskHeader
{
    private readonly SendOrPostCallback _callback;
    private readonly object? _state;
    private readonly ExecutionContext? _context;
    private bool _registered;

    private PostedCallback(Scheduler scheduler, SendOrPostCallback callback, object? state)
    {
        Scheduler = scheduler;
        _context = scheduler.FlowsContext ? ContextFlow.Save() : null;
        _callback = callback;
        _state = state;
    }

    internal static void Schedule(Scheduler scheduler, SendOrPostCallback callback, object? state)
    {
        PostedCallback posted = new(scheduler, callback, state);
        Ambient ambient = Ambient.Current;
        posted._registered = scheduler.TryRegister(posted, ambient);
        if (posted._registered)
        {
            scheduler.Schedule(posted, ambient);
        }
        else
        {
            // A Task whose continuation is lost never ends: after the runtime's end it runs where .NET would run it.
            posted.RunOnThreadPool();
        }
    }

    private protected override bool BeginBody(Ambient ambient)
    {
        // Its frames, if any, belong to no strand of ours.
        ambient.Strand = null;
        ContextFlow.Enter(_context);
        try
        {
            _callback(_state);
        }
        catch (Exception exception)
        {
            Scheduler.ReportUnhandled(exception);
        }

        ContextFlow.Enter(null);
        return true;
    }

    private protected override void Complete(Ambient ambient)
    {
        bool ran = !Cancelled;
        Status.TransitionToComplete();
        Scheduler.Unregister(this, Ambient.Current);
        if (!ran)
        {
            RunOnThreadPool();
        }
    }

    private protected override void OnKilled()
    {
        Status.TransitionToComplete();
        Scheduler.Unregister(this, Ambient.Current);
        RunOnThreadPool();
    }

    // Refused, or aborted before it ran: the code that posted it must still go on somewhere.
    private void RunOnThreadPool() => ThreadPool.UnsafeQueueUserWorkItem(
        static posted =>
        {
            ContextFlow.Enter(posted._context); // The pool resets it afterwards.
            posted._callback(posted._state);
        },
        this,
        preferLocal: false);
}
