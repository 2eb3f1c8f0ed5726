namespace Kioto;

/// <content>Running tasks.</content>
internal sealed partial class CurrentThreadScheduler
{
    // Up to an event interval's worth of tasks. Returns whether there may be more to do.
    private bool RunSome(Ambient ambient)
    {
        for (int i = 0; i < _eventInterval; i++)
        {
            if (NextTask() is not { } task)
            {
                return false;
            }

            SliceKeeper.BeginTurn(ambient, PollBudget);
            bool background = task.IsBackground; // Read before the poll: what it ends may be used again.
            _counters.Polls++;
            RunOutcome outcome = Observer is { } observer ? observer.Run(task, ambient) : task.Run(ambient);
            if (background)
            {
                _counters.Direct++; // It was never in the list.
            }

            if (outcome == RunOutcome.Released)
            {
                continue;
            }

            if (background)
            {
                if (task.TryPutDown())
                {
                    _counters.Background++;
                    _background.Push(task);
                }
            }
            else
            {
                PushLocal(task);
            }
        }

        _counters.Tick(IsTimed);
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
        if (HoldsCore(ambient))
        {
            _counters.Background++;
            _background.Push(task);
            return;
        }

        Counts?.RemoteBackground(ambient);
        _background.Push(task);
        UnparkDriver();
    }

    // All that other threads have queued goes behind our own, in its order: none waits for an interval of its own.
    private TaskHeader? TakeShared()
    {
        if (_inject.IsEmpty)
        {
            return null;
        }

        TaskHeader? first = _queue.PushRest(_inject.PopChain(int.MaxValue), out int moved);
        _counters.Pushes += moved;
        _counters.Moved += moved;
        if (first is not null)
        {
            _counters.Direct++;
        }

        return first;
    }
}
