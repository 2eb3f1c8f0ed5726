using System;
using System.Diagnostics.CodeAnalysis;

namespace Kioto;

/// <summary>Makes tasks of what users hand to the Spawn methods.</summary>
internal static partial class Spawner
{
    /// <summary>Spawns onto the current runtime.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="what">Who asks, for the message when there is no runtime.</param>
    /// <param name="body">The body.</param>
    /// <param name="kind">What the body is.</param>
    /// <param name="site">Where it is spawned.</param>
    /// <param name="detached">Whether nobody will hold the handle.</param>
    /// <returns>The task.</returns>
    internal static TaskCell<T> Spawn<T>(string what, Delegate body, TaskBody kind, SpawnSite site, bool detached = false)
    {
        Ambient ambient = Ambient.Current;
        return Spawn<T>(CurrentRuntime.Require(what, ambient), body, kind, ambient, site, detached);
    }

    internal static TaskCell<T> Spawn<T>(RuntimeScheduler scheduler, Delegate body, TaskBody kind, SpawnSite site) =>
        Spawn<T>(scheduler, body, kind, Ambient.Current, site, detached: false);

    internal static TaskCell<T> Spawn<T>(
        RuntimeScheduler scheduler, Delegate body, TaskBody kind, Ambient ambient, SpawnSite site, bool detached, FailurePolicy? failures = null)
    {
        ThrowIfNull(body, kind);
        TaskCell<T> cell = new(body, kind, ambient, site, scheduler.FlowsContext) { Detached = detached };
        if (failures is not null)
        {
            cell.Failures = failures;
        }

        scheduler.Spawn(cell, ambient);
        return cell;
    }

    internal static TaskCell<T> Spawn<T>(
        RuntimeScheduler scheduler, Future<T> future, SpawnSite site, bool detached = false, FailurePolicy? failures = null)
    {
        Ambient ambient = Ambient.Current;
        TaskCell<T> cell = Cell(future, ambient, site, detached, scheduler.FlowsContext);
        if (failures is not null)
        {
            cell.Failures = failures;
        }

        scheduler.Spawn(cell, ambient);
        return cell;
    }

    internal static TaskCell<Unit> Spawn(
        RuntimeScheduler scheduler, Future future, SpawnSite site, bool detached = false, FailurePolicy? failures = null) =>
        Spawn(scheduler, AsUnit(future), site, detached, failures);

    internal static TaskCell<T> SpawnBlocking<T>(
        RuntimeScheduler scheduler, Delegate closure, SpawnSite site, TaskBody kind = TaskBody.Closure) =>
        SpawnBlocking<T>(scheduler, scheduler.Blocking, closure, site, kind);

    internal static TaskCell<T> SpawnBlocking<T>(
        RuntimeScheduler scheduler, BlockingCrew pool, Delegate closure, SpawnSite site, TaskBody kind = TaskBody.Closure)
    {
        ArgumentNullException.ThrowIfNull(closure);
        TaskCell<T> cell = Closure<T>(scheduler, closure, site, kind);
        pool.Spawn(cell);
        return cell;
    }

    /// <summary>Refuses a missing body by the name that it has for the user.</summary>
    /// <param name="body">The body.</param>
    /// <param name="kind">What it should be.</param>
    internal static void ThrowIfNull(Delegate? body, TaskBody kind)
    {
        if (body is null)
        {
            Missing(kind == TaskBody.TaskFunc ? "task" : "future");
        }
    }

    internal static TaskCell<T> Closure<T>(
        RuntimeScheduler scheduler, Delegate closure, SpawnSite site, TaskBody kind = TaskBody.Closure) =>
        new(closure, kind, Ambient.Current, site, scheduler.FlowsContext) { Scheduler = scheduler };

    /// <summary>Makes a task for a group, which starts it.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="scheduler">Where it will run.</param>
    /// <param name="body">The body.</param>
    /// <param name="kind">What the body is.</param>
    /// <param name="site">Where it was spawned.</param>
    /// <returns>The task.</returns>
    internal static TaskCell<T> Make<T>(Scheduler scheduler, Delegate body, TaskBody kind, SpawnSite site = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        return new TaskCell<T>(body, kind, Ambient.Current, site, scheduler.FlowsContext) { Scheduler = scheduler };
    }

    internal static TaskCell<T> Make<T>(Scheduler scheduler, Future<T> future, SpawnSite site = default)
    {
        TaskCell<T> cell = Cell(future, Ambient.Current, site, detached: false, scheduler.FlowsContext);
        cell.Scheduler = scheduler;
        return cell;
    }

    internal static TaskCell<T> Cell<T>(Future<T> future, Ambient ambient, SpawnSite site, bool detached, bool flows = true)
    {
        future = future.Owned();
        if (future.Source is { } source)
        {
            uint token = source.Claim(future.Token);
            return new TaskCell<T>(source, TaskBody.Source, ambient, site, flows, token) { Detached = detached };
        }

        return TaskCell<T>.Ready(future.Value, ambient, site);
    }

    internal static Future<Unit> AsUnit(Future future) =>
        future.Source is { } source ? new Future<Unit>(source, future.Token) : default;

    [DoesNotReturn]
    private static void Missing(string name) => throw new ArgumentNullException(name);
}
