using System;
using System.Threading;

namespace Kioto;

/// <summary>An action of a library that runs its own work on a scheduler: pooled, and in the default context.</summary>
internal sealed class QueuedAction : WorkItem
{
    private Action<object?>? _action;
    private object? _state;

    /// <summary>Queues an action; after the scheduler's end it runs on the .NET thread pool.</summary>
    /// <param name="scheduler">Where.</param>
    /// <param name="action">The action. Its owner takes care of contexts and failures.</param>
    /// <param name="state">Its argument.</param>
    internal static void Queue(Scheduler scheduler, Action<object?> action, object? state)
    {
        QueuedAction queued = Rent(Ambient.Current);
        queued._action = action;
        queued._state = state;
        if (!queued.TryQueue(scheduler))
        {
            queued.QueueOnThreadPool();
        }
    }

    private protected override void Run()
    {
        try
        {
            _action!(_state);
        }
        catch (Exception exception)
        {
            Scheduler.ReportUnhandled(exception);
        }
    }

    private protected override void RunOnThreadPool() => _action!(_state);

    private protected override void Recycle(Ambient ambient)
    {
        _action = null;
        _state = null;

        // ORDERING: a closing scheduler sets the flag, then reads its list of live tasks and aborts what it finds. The
        // fence between leaving that list and reading the flag makes sure that a task which can still be aborted by
        // that sweep is never handed to somebody else.
        Interlocked.MemoryBarrier();
        if (!Scheduler.IsClosed && ambient.FreeActions < Ambient.MostFreeActions)
        {
            ResetHeader();
            Next = ambient.FreeAction;
            ambient.FreeAction = this;
            ambient.FreeActions++;
        }
    }

    private static QueuedAction Rent(Ambient ambient)
    {
        if (ambient.FreeAction is not QueuedAction queued)
        {
            return new QueuedAction();
        }

        ambient.FreeAction = queued.Next;
        ambient.FreeActions--;
        queued.Next = null;
        return queued;
    }
}
