using System;

namespace Kioto;

/// <summary>How tasks get into a local set.</summary>
internal sealed partial class LocalSetScheduler
{
    internal TaskCell<T> Spawn<T>(Delegate body, TaskBody kind)
    {
        ArgumentNullException.ThrowIfNull(body);
        return Spawn(new TaskCell<T>(body, kind, Ambient.Current));
    }

    internal TaskCell<T> Spawn<T>(Future<T> future) => Spawn(Spawner.Cell(future, Ambient.Current, detached: false));

    private TaskCell<T> Spawn<T>(TaskCell<T> cell)
    {
        cell.Scheduler = this;
        Ambient ambient = Ambient.Current;
        if (TryRegister(cell, ambient))
        {
            Schedule(cell, ambient);
        }
        else
        {
            cell.Refuse();
        }

        return cell;
    }
}
