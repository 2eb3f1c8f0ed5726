using System;

namespace Kioto;

/// <summary>How tasks get into a local set.</summary>
internal sealed partial class LocalSetScheduler
{
    internal TaskCell<T> Spawn<T>(Delegate body, TaskBody kind, SpawnSite site)
    {
        Spawner.ThrowIfNull(body, kind);
        return Spawn(new TaskCell<T>(body, kind, Ambient.Current, site));
    }

    internal TaskCell<T> Spawn<T>(Future<T> future, SpawnSite site) =>
        Spawn(Spawner.Cell(future, Ambient.Current, site, detached: false));

    /// <summary>Registers a new task and queues it; a set that is closed completes it as aborted instead.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="cell">The task.</param>
    /// <returns>The task.</returns>
    internal TaskCell<T> Spawn<T>(TaskCell<T> cell)
    {
        cell.Scheduler = this;
        if (!TrySpawn(cell, Ambient.Current))
        {
            cell.Refuse();
        }

        return cell;
    }
}
