using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

namespace Kioto;

public static partial class Kio
{
    /// <summary>Spawns a task on the current <see cref="LocalSet"/>; the delegate runs at its first poll, on this thread.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">Makes the future.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The task's handle.</returns>
    /// <exception cref="InvalidOperationException">No LocalSet is running on this thread.</exception>
    [OverloadResolutionPriority(1)]
    public static JoinHandle<T> SpawnLocal<T>(
        Func<Future<T>> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Local().Spawn<T>(future, TaskBody.FutureFunc, new SpawnSite(file, line)));

    /// <inheritdoc cref="SpawnLocal{T}(Func{Future{T}}, string, int)"/>
    [OverloadResolutionPriority(1)]
    public static JoinHandle SpawnLocal(
        Func<Future> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Local().Spawn<Unit>(future, TaskBody.FutureFunc, new SpawnSite(file, line)));

    /// <summary>Spawns a future as a task on the current <see cref="LocalSet"/>.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The task's handle.</returns>
    /// <exception cref="InvalidOperationException">No LocalSet is running on this thread.</exception>
    public static JoinHandle<T> SpawnLocal<T>(
        Future<T> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Local().Spawn(future, new SpawnSite(file, line)));

    /// <inheritdoc cref="SpawnLocal{T}(Future{T}, string, int)"/>
    public static JoinHandle SpawnLocal(
        Future future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Local().Spawn(Spawner.AsUnit(future), new SpawnSite(file, line)));

    /// <summary>Spawns Task-based code on the current <see cref="LocalSet"/>: it and its continuations run on this thread.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="task">Starts the Task.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The task's handle. Aborting it waits for the Task: a Task can't be unwound.</returns>
    /// <exception cref="InvalidOperationException">No LocalSet is running on this thread.</exception>
    public static JoinHandle<T> SpawnLocal<T>(
        Func<Task<T>> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Local().Spawn<T>(task, TaskBody.TaskFunc, new SpawnSite(file, line)));

    /// <inheritdoc cref="SpawnLocal{T}(Func{Task{T}}, string, int)"/>
    public static JoinHandle SpawnLocal(
        Func<Task> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Local().Spawn<Unit>(task, TaskBody.TaskFunc, new SpawnSite(file, line)));

    private static LocalSetScheduler Local() => Ambient.Current.Local as LocalSetScheduler ??
        throw new InvalidOperationException(
            "Kio.SpawnLocal: no LocalSet is running on this thread. Call it inside LocalSet.BlockOn or " +
            "LocalSet.RunUntilAsync, or call SpawnLocal on the set itself.");
}
