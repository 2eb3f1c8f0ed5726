using System;
using System.Threading;

namespace Kioto;

/// <summary>A callback that Task-based code posted to a scheduler's synchronization context.</summary>
internal sealed class PostedCallback : WorkItem
{
    private readonly SendOrPostCallback _callback;
    private readonly object? _state;
    private readonly ExecutionContext? _context;

    internal PostedCallback(Scheduler scheduler, SendOrPostCallback callback, object? state)
    {
        Scheduler = scheduler;
        _context = scheduler.FlowsContext ? ContextFlow.Save() : null;
        _callback = callback;
        _state = state;
    }

    private protected override void Run()
    {
        ContextFlow.Enter(_context);
        try
        {
            _callback(_state);
        }
        catch (Exception exception)
        {
            Scheduler.ReportUnhandled(exception);
        }
    }

    private protected override void RunOnThreadPool()
    {
        ContextFlow.Enter(_context);
        _callback(_state);
    }
}
