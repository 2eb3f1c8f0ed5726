using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

namespace Kioto;

public static partial class Kio
{
    /// <summary>
    /// Spawns a task that stays on this thread: on the current <see cref="LocalSet"/>, <see cref="LocalRuntime"/> or
    /// per-core worker. The delegate runs at its first poll.
    /// </summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">Makes the future.</param>
    /// <returns>The task's handle.</returns>
    /// <exception cref="InvalidOperationException">Nothing on this thread keeps its tasks here.</exception>
    [OverloadResolutionPriority(1)]
    public static JoinHandle<T> SpawnLocal<T>(Func<Future<T>> future) =>
        new(SpawnHere<T>(future, TaskBody.FutureFunc));

    /// <inheritdoc cref="SpawnLocal{T}(Func{Future{T}})"/>
    [OverloadResolutionPriority(1)]
    public static JoinHandle SpawnLocal(Func<Future> future) => new(SpawnHere<Unit>(future, TaskBody.FutureFunc));

    /// <summary>Spawns a future as a task that stays on this thread.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <returns>The task's handle.</returns>
    /// <exception cref="InvalidOperationException">Nothing on this thread keeps its tasks here.</exception>
    public static JoinHandle<T> SpawnLocal<T>(Future<T> future) => new(SpawnHere(future));

    /// <inheritdoc cref="SpawnLocal{T}(Future{T})"/>
    public static JoinHandle SpawnLocal(Future future) => new(SpawnHere(Spawner.AsUnit(future)));

    /// <summary>Spawns Task-based code as a task that stays on this thread, it and its continuations.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="task">Starts the Task.</param>
    /// <returns>The task's handle. Aborting it waits for the Task: a Task can't be unwound.</returns>
    /// <exception cref="InvalidOperationException">Nothing on this thread keeps its tasks here.</exception>
    public static JoinHandle<T> SpawnLocal<T>(Func<Task<T>> task) => new(SpawnHere<T>(task, TaskBody.TaskFunc));

    /// <inheritdoc cref="SpawnLocal{T}(Func{Task{T}})"/>
    public static JoinHandle SpawnLocal(Func<Task> task) => new(SpawnHere<Unit>(task, TaskBody.TaskFunc));

    private static TaskCell<T> SpawnHere<T>(Delegate body, TaskBody kind)
    {
        Ambient ambient = Ambient.Current;
        return LocalTarget.Require("Kio.SpawnLocal", ambient) switch
        {
            LocalSetScheduler set => set.Spawn<T>(body, kind),
            Scheduler scheduler => Spawner.Spawn<T>((RuntimeScheduler)scheduler, body, kind, ambient, detached: false),
        };
    }

    private static TaskCell<T> SpawnHere<T>(Future<T> future) => LocalTarget.Require("Kio.SpawnLocal", Ambient.Current) switch
    {
        LocalSetScheduler set => set.Spawn(future),
        Scheduler scheduler => Spawner.Spawn((RuntimeScheduler)scheduler, future),
    };
}
