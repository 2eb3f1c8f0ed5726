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
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The task's handle.</returns>
    /// <exception cref="InvalidOperationException">Nothing on this thread keeps its tasks here.</exception>
    [OverloadResolutionPriority(1)]
    public static JoinHandle<T> SpawnLocal<T>(
        Func<Future<T>> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(SpawnHere<T>(future, TaskBody.FutureFunc, new SpawnSite(file, line)));

    /// <inheritdoc cref="SpawnLocal{T}(Func{Future{T}}, string, int)"/>
    [OverloadResolutionPriority(1)]
    public static JoinHandle SpawnLocal(
        Func<Future> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(SpawnHere<Unit>(future, TaskBody.FutureFunc, new SpawnSite(file, line)));

    /// <summary>Spawns a future as a task that stays on this thread.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The task's handle.</returns>
    /// <exception cref="InvalidOperationException">Nothing on this thread keeps its tasks here.</exception>
    public static JoinHandle<T> SpawnLocal<T>(
        Future<T> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(SpawnHere(future, new SpawnSite(file, line)));

    /// <inheritdoc cref="SpawnLocal{T}(Future{T}, string, int)"/>
    public static JoinHandle SpawnLocal(
        Future future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(SpawnHere(Spawner.AsUnit(future), new SpawnSite(file, line)));

    /// <summary>Spawns Task-based code as a task that stays on this thread, it and its continuations.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="task">Starts the Task.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The task's handle. Aborting it waits for the Task: a Task can't be unwound.</returns>
    /// <exception cref="InvalidOperationException">Nothing on this thread keeps its tasks here.</exception>
    public static JoinHandle<T> SpawnLocal<T>(
        Func<Task<T>> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(SpawnHere<T>(task, TaskBody.TaskFunc, new SpawnSite(file, line)));

    /// <inheritdoc cref="SpawnLocal{T}(Func{Task{T}}, string, int)"/>
    public static JoinHandle SpawnLocal(
        Func<Task> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(SpawnHere<Unit>(task, TaskBody.TaskFunc, new SpawnSite(file, line)));

    internal static TaskCell<T> SpawnHere<T>(Delegate body, TaskBody kind, SpawnSite site)
    {
        Ambient ambient = Ambient.Current;
        return LocalTarget.Require("Kio.SpawnLocal", ambient) switch
        {
            LocalSetScheduler set => set.Spawn<T>(body, kind, site),
            Scheduler scheduler => Spawner.Spawn<T>((RuntimeScheduler)scheduler, body, kind, ambient, site, detached: false),
        };
    }

    internal static TaskCell<T> SpawnHere<T>(Future<T> future, SpawnSite site) => LocalTarget.Require("Kio.SpawnLocal", Ambient.Current) switch
    {
        LocalSetScheduler set => set.Spawn(future, site),
        Scheduler scheduler => Spawner.Spawn((RuntimeScheduler)scheduler, future, site),
    };
}
