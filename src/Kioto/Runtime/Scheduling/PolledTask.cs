using System.Threading;

namespace Kioto;

/// <summary>Finds out which task a thread polls.</summary>
internal static class PolledTask
{
    /// <summary>What a thread polls at some moment, be it Task-based code. Any thread.</summary>
    /// <param name="poller">The thread's context.</param>
    /// <returns>The strand, maybe an arm of a combinator's; null where it polls nothing.</returns>
    internal static Strand? On(Ambient poller) =>
        Volatile.Read(ref poller.Strand) ?? Volatile.Read(ref poller.Foreign); // ORDERING: moments' pictures.

    /// <summary>The task of a scheduler that a thread polls, or is about to, at some moment. Any thread.</summary>
    /// <param name="poller">The thread's context.</param>
    /// <param name="scheduler">The scheduler.</param>
    /// <returns>The task; null where it polls none, or none of that scheduler.</returns>
    internal static TaskHeader? Find(Ambient? poller, Scheduler scheduler)
    {
        if (poller is null)
        {
            return null;
        }

        // ORDERING: moments' pictures. An arm of a combinator leads to its task.
        WakeTarget? target = (Volatile.Read(ref poller.Strand) ?? Volatile.Read(ref poller.Announced))?.Target;
        while (target is TaskHeader task)
        {
            if (ReferenceEquals(task.Scheduler, scheduler))
            {
                return task;
            }

            // A task of a local set: the one that drives the set.
            target = (task.Scheduler as LocalSetScheduler)?.Driving?.Target;
        }

        return null;
    }
}
