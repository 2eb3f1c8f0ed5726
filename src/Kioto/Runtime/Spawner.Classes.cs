using System;

namespace Kioto;

/// <content>Tasks of a class of the caller's choice: apart, so that those that say nothing pay nothing.</content>
internal static partial class Spawner
{
    internal static TaskCell<T> Spawn<T>(
        RuntimeScheduler scheduler, TaskClass taskClass, Delegate body, TaskBody kind, SpawnSite site, bool detached = false)
    {
        ThrowIfNull(body, kind);
        bool isBackground = IsBackground(taskClass, nameof(taskClass));
        Ambient ambient = Ambient.Current;
        TaskCell<T> cell = new(body, kind, ambient, site, scheduler.FlowsContext) { Detached = detached };
        return Spawn(scheduler, cell, isBackground, ambient);
    }

    internal static TaskCell<T> Spawn<T>(
        RuntimeScheduler scheduler, TaskClass taskClass, Future<T> future, SpawnSite site, bool detached = false)
    {
        bool isBackground = IsBackground(taskClass, nameof(taskClass));
        Ambient ambient = Ambient.Current;
        return Spawn(scheduler, Cell(future, ambient, site, detached, scheduler.FlowsContext), isBackground, ambient);
    }

    internal static TaskCell<Unit> Spawn(
        RuntimeScheduler scheduler, TaskClass taskClass, Future future, SpawnSite site, bool detached = false) =>
        Spawn(scheduler, taskClass, AsUnit(future), site, detached);

    /// <summary>Whether a class is the background one.</summary>
    /// <param name="taskClass">The class.</param>
    /// <param name="name">What the caller calls it.</param>
    /// <returns>True for the background class.</returns>
    /// <exception cref="ArgumentOutOfRangeException">It is neither.</exception>
    internal static bool IsBackground(TaskClass taskClass, string name) => taskClass switch
    {
        TaskClass.Normal => false,
        TaskClass.Background => true,
        _ => throw new ArgumentOutOfRangeException(name, taskClass, "Normal or Background."),
    };

    private static TaskCell<T> Spawn<T>(RuntimeScheduler scheduler, TaskCell<T> cell, bool isBackground, Ambient ambient)
    {
        if (isBackground)
        {
            cell.SetBackground();
        }

        scheduler.Spawn(cell, ambient);
        return cell;
    }
}
