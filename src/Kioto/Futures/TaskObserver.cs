namespace Kioto;

/// <summary>Told of what happens to the spawned tasks of a scheduler; null where nobody wants to know.</summary>
internal abstract class TaskObserver
{
    /// <summary>A task is about to be queued for the first time, or to be refused. On the spawning thread.</summary>
    /// <param name="task">The task.</param>
    internal abstract void Spawned(TaskHeader task);

    /// <summary>A task was idle, and is about to be queued: somebody has woken or aborted it. On that thread.</summary>
    /// <param name="task">The task.</param>
    internal abstract void Woken(TaskHeader task);

    /// <summary>A task has ended; nobody who waits for it knows yet.</summary>
    /// <param name="task">The task.</param>
    internal abstract void Terminated(TaskHeader task);

    /// <summary>Polls a task.</summary>
    /// <param name="task">A task that was taken from a queue.</param>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>What to do with the task now.</returns>
    internal RunOutcome Run(TaskHeader task, Ambient ambient) => Run(task, ambient, task.Status.TransitionToRunning());

    /// <summary>Polls a task that is set to run.</summary>
    /// <param name="task">The task.</param>
    /// <param name="ambient">The current thread's context.</param>
    /// <param name="how">What the transition to running said.</param>
    /// <returns>What to do with the task now.</returns>
    internal abstract RunOutcome Run(TaskHeader task, Ambient ambient, TransitionToRunning how);
}
