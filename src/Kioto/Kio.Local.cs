using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

namespace Kioto;

public static partial class Kio
{
    /// <summary>Spawns a task on the current <see cref="LocalSet"/>; the delegate runs at its first poll, on this thread.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">Makes the future.</param>
    /// <returns>The task's handle.</returns>
    /// <exception cref="InvalidOperationException">No LocalSet is running on this thread.</exception>
    [OverloadResolutionPriority(1)]
    public static JoinHandle<T> SpawnLocal<T>(Func<Future<T>> future) =>
        new(Local().Spawn<T>(future, TaskBody.FutureFunc));

    /// <inheritdoc cref="SpawnLocal{T}(Func{Future{T}})"/>
    [OverloadResolutionPriority(1)]
    public static JoinHandle SpawnLocal(Func<Future> future) => new(Local().Spawn<Unit>(future, TaskBody.FutureFunc));

    /// <summary>Spawns a future as a task on the current <see cref="LocalSet"/>.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <returns>The task's handle.</returns>
    /// <exception cref="InvalidOperationException">No LocalSet is running on this thread.</exception>
    public static JoinHandle<T> SpawnLocal<T>(Future<T> future) => new(Local().Spawn(future));

    /// <inheritdoc cref="SpawnLocal{T}(Future{T})"/>
    public static JoinHandle SpawnLocal(Future future) => new(Local().Spawn(Spawner.AsUnit(future)));

    /// <summary>Spawns Task-based code on the current <see cref="LocalSet"/>: it and its continuations run on this thread.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="task">Starts the Task.</param>
    /// <returns>The task's handle. Aborting it waits for the Task: a Task can't be unwound.</returns>
    /// <exception cref="InvalidOperationException">No LocalSet is running on this thread.</exception>
    public static JoinHandle<T> SpawnLocal<T>(Func<Task<T>> task) => new(Local().Spawn<T>(task, TaskBody.TaskFunc));

    /// <inheritdoc cref="SpawnLocal{T}(Func{Task{T}})"/>
    public static JoinHandle SpawnLocal(Func<Task> task) => new(Local().Spawn<Unit>(task, TaskBody.TaskFunc));

    private static LocalSetScheduler Local() => LocalSetScheduler.Require("Kio.SpawnLocal");
}
