using System;

namespace Kioto;

/// <summary>An action of a library that runs its own work on a scheduler: pooled, and in the default context.</summary>
internal sealed class QueuedAction : WorkItem
{
    private static readonly Depot s_depot = new(ObjectSize.Of<QueuedAction>());

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
        PutFree(ambient, ref ambient.FreeActions, s_depot);
    }

    private static QueuedAction Rent(Ambient ambient)
    {
        QueuedAction queued = TakeFree(ambient, ref ambient.FreeActions, s_depot) as QueuedAction ?? new QueuedAction();
        Ownership.Begin(queued);
        return queued;
    }
}
