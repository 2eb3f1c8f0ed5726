namespace Kioto;

/// <summary>Finds the task, or the closure, that a call comes from: it must not be waited for by what it waits for.</summary>
internal static class ShutdownCaller
{
    /// <summary>The runtime's task that is being polled on this thread.</summary>
    /// <param name="scheduler">The runtime.</param>
    /// <returns>The task; null outside any, and past the first await of Task-based code that nobody blocks on, which is in no task.</returns>
    internal static TaskHeader? Find(RuntimeScheduler scheduler)
    {
        WakeTarget? target = Ambient.Current.Strand?.Target;
        while (target is TaskHeader task)
        {
            if (ReferenceEquals((task.Scheduler as RuntimeScheduler)?.Root, scheduler))
            {
                return task;
            }

            // A task of a local set: the one that drives the set.
            target = (task.Scheduler as LocalSetScheduler)?.Driving?.Target;
        }

        TaskHeader? other = RunningClosures.Current ?? Scheduler.FlowingMain;
        return ReferenceEquals((other?.Scheduler as RuntimeScheduler)?.Root, scheduler) && !other!.Status.IsComplete ? other : null;
    }
}
