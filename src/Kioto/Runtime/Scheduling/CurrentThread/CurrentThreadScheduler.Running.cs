namespace Kioto;

/// <content>Running tasks.</content>
internal sealed partial class CurrentThreadScheduler
{
    // Up to an event interval's worth of tasks. Returns whether there may be more to do.
    private bool RunSome(Ambient ambient)
    {
        TaskObserver? observer = Observer;
        for (int i = 0; i < _eventInterval; i++)
        {
            if (NextTask() is not { } task)
            {
                return false;
            }

            SliceKeeper.BeginTurn(ambient, PollBudget);
            if ((observer is null ? task.Run(ambient) : observer.Run(task, ambient)) == RunOutcome.Released)
            {
                continue;
            }

            if (task.IsBackground)
            {
                _background.Push(task);
            }
            else
            {
                _queue.Push(task);
            }
        }

        return true;
    }

    private TaskHeader? NextTask() => _backgroundPicks.TakeDue() ?? NextNormal() ?? _backgroundPicks.Take();

    private TaskHeader? NextNormal()
    {
        if (--_ticksToShared > 0)
        {
            return _queue.Pop() ?? TakeShared();
        }

        _ticksToShared = _sharedInterval;
        return TakeShared() ?? _queue.Pop();
    }

    private void ScheduleBackground(TaskHeader task, Ambient ambient)
    {
        _background.Push(task);
        if (!HoldsCore(ambient))
        {
            UnparkDriver();
        }
    }

    // All that other threads have queued goes behind our own, in its order: none waits for an interval of its own.
    private TaskHeader? TakeShared() => _inject.IsEmpty ? null : _queue.PushRest(_inject.PopChain(int.MaxValue));
}
