using System;

namespace Kioto;

/// <summary>What keeps tasks on this thread: a local set, a local runtime, or a per-core worker.</summary>
internal static class LocalTarget
{
    /// <summary>The scheduler of a local set that a user has passed.</summary>
    /// <param name="local">The set.</param>
    /// <returns>Its scheduler.</returns>
    internal static LocalSetScheduler Of(LocalSet local)
    {
        ArgumentNullException.ThrowIfNull(local);
        return local.Scheduler;
    }

    internal static Scheduler Require(string what) => Require(what, Ambient.Current);

    /// <summary>The scheduler that <c>SpawnLocal</c> spawns onto.</summary>
    /// <param name="what">Who asks, for the message when there is none.</param>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>A scheduler whose tasks stay here.</returns>
    internal static Scheduler Require(string what, Ambient ambient)
    {
        if (ambient.Local is LocalSetScheduler set)
        {
            return set;
        }

        if (ambient.Worker is CurrentThreadScheduler worker && ambient.Scheduler is RuntimeScheduler current
            && ReferenceEquals(current.Root, worker.Root))
        {
            return worker;
        }

        return ambient.Scheduler switch
        {
            CurrentThreadScheduler scheduler when scheduler.IsBoundTo(ambient) => scheduler,
            CurrentThreadScheduler { IsLocal: true } => throw new InvalidOperationException(
                $"{what}: this LocalRuntime belongs to another thread, the one that built it. From here use " +
                "Kio.Spawn, or the Handle: what they spawn runs there too."),
            _ => throw new InvalidOperationException(
                $"{what}: no LocalSet is running on this thread, nor a LocalRuntime or a per-core worker. Call it " +
                "inside LocalSet.BlockOn, LocalSet.RunUntilAsync or LocalRuntime.BlockOn, or call SpawnLocal on the set " +
                "itself."),
        };
    }
}
