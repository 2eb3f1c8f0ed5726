namespace Kioto;

/// <summary>Told of what happens to the spawned tasks of a scheduler; null where nobody wants to know.</summary>
internal abstract class TaskObserver
{
    /// <summary>A task is about to be queued for the first time, or to be refused. On the spawning thread.</summary>
    /// <param name="task">The task.</param>
    internal abstract void Spawned(TaskHeader task);

    /// <summary>A task has ended; nobody who waits for it knows yet.</summary>
    /// <param name="task">The task.</param>
    internal abstract void Terminated(TaskHeader task);

    /// <summary>Polls a task between its two hooks.</summary>
    /// <param name="task">A task that was taken from a queue.</param>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>What to do with the task now.</returns>
    internal RunOutcome Run(TaskHeader task, Ambient ambient)
    {
        if (!task.IsSpawned)
        {
            return task.Run(ambient); // A callback that was posted, or a bridge: may be another one's before it returns.
        }

        BeforePoll(task);
        RunOutcome outcome = task.Run(ambient);
        AfterPoll(task);
        return outcome;
    }

    private protected abstract void BeforePoll(TaskHeader task);

    private protected abstract void AfterPoll(TaskHeader task);
}
