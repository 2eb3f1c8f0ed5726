using System;

namespace Kioto;

/// <summary>Makes tasks of what users hand to the Spawn methods.</summary>
internal static class Spawner
{
    /// <summary>Spawns onto the current runtime.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="what">Who asks, for the message when there is no runtime.</param>
    /// <param name="body">The body.</param>
    /// <param name="kind">What the body is.</param>
    /// <param name="detached">Whether nobody will hold the handle.</param>
    /// <returns>The task.</returns>
    internal static TaskCell<T> Spawn<T>(string what, Delegate body, TaskBody kind, bool detached = false)
    {
        Ambient ambient = Ambient.Current;
        return Spawn<T>(CurrentRuntime.Require(what, ambient), body, kind, ambient, detached);
    }

    internal static TaskCell<T> Spawn<T>(RuntimeScheduler scheduler, Delegate body, TaskBody kind) =>
        Spawn<T>(scheduler, body, kind, Ambient.Current, detached: false);

    internal static TaskCell<T> Spawn<T>(
        RuntimeScheduler scheduler, Delegate body, TaskBody kind, Ambient ambient, bool detached)
    {
        ArgumentNullException.ThrowIfNull(body);
        TaskCell<T> cell = new(body, kind, ambient, scheduler.FlowsContext) { Detached = detached };
        scheduler.Spawn(cell, ambient);
        return cell;
    }

    internal static TaskCell<T> Spawn<T>(RuntimeScheduler scheduler, Future<T> future, bool detached = false)
    {
        Ambient ambient = Ambient.Current;
        TaskCell<T> cell = Cell(future, ambient, detached, scheduler.FlowsContext);
        scheduler.Spawn(cell, ambient);
        return cell;
    }

    internal static TaskCell<Unit> Spawn(RuntimeScheduler scheduler, Future future, bool detached = false) =>
        Spawn(scheduler, AsUnit(future), detached);

    internal static TaskCell<T> SpawnBlocking<T>(RuntimeScheduler scheduler, Delegate closure)
    {
        ArgumentNullException.ThrowIfNull(closure);
        TaskCell<T> cell = new(closure, TaskBody.Closure, Ambient.Current, scheduler.FlowsContext) { Scheduler = scheduler };
        scheduler.Blocking.Spawn(cell);
        return cell;
    }

    internal static TaskCell<T> Cell<T>(Future<T> future, Ambient ambient, bool detached, bool flows = true)
    {
        if (future.Source is { } source)
        {
            uint token = source.Claim(future.Token);
            return new TaskCell<T>(source, TaskBody.Source, ambient, flows, token) { Detached = detached };
        }

        return TaskCell<T>.Ready(future.Value, ambient);
    }

    internal static Future<Unit> AsUnit(Future future) =>
        future.Source is { } source ? new Future<Unit>(source, future.Token) : default;
}
