using System;
using System.Threading;

namespace Kioto;

/// <summary>An action of a library that runs its own work on a scheduler: pooled, and in the default context.</summary>
internal sealed class QueuedAction : WorkItem
{
    private static readonly int s_size = ObjectSize.Of<QueuedAction>();

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
        Ownership.Check(this);
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
        if (!Scheduler.IsClosed && (ambient.FreeActions.Room > 0 || PoolShare.TryGrowActions(ambient, s_size)))
        {
            Ownership.End(this);
            ResetHeader();
            FreeActions free = ambient.FreeActions;
            if (ReferenceEquals(free, FreeActions.None))
            {
                return; // Trimmed just now.
            }

            Next = free.Head;
            free.Head = this;
            free.Room--;
        }
    }

    private static QueuedAction Rent(Ambient ambient)
    {
        FreeActions free = ambient.FreeActions;
        if (free.Head is not QueuedAction queued)
        {
            queued = new QueuedAction();
        }
        else
        {
            free.Head = queued.Next;
            free.Room++;
            queued.Next = null;
        }

        Ownership.Begin(queued);
        return queued;
    }
}
