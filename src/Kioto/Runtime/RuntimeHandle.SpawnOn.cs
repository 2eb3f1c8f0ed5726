using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

namespace Kioto;

/// <content>Spawning on a worker of one's choice.</content>
public sealed partial class RuntimeHandle
{
    /// <summary>Spawns a task on one worker of a per-core runtime, where it stays. Never polls inline.</summary>
    /// <remarks>
    /// What the task spawns with <c>Kio.Spawn</c> stays there too. A current-thread runtime has one worker, 0.
    /// </remarks>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="worker">The worker's index: 0 to <see cref="WorkerThreads"/> - 1.</param>
    /// <param name="future">The future, or what makes it; the delegate runs at its first poll, on the worker.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The task's handle. After the runtime's shutdown it is aborted at once.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such worker.</exception>
    /// <exception cref="InvalidOperationException">It is a multi-thread runtime, whose tasks move between its workers.</exception>
    [OverloadResolutionPriority(1)]
    public JoinHandle<T> SpawnOn<T>(
        int worker, Func<Future<T>> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn<T>(OnWorker(worker), future, TaskBody.FutureFunc, new SpawnSite(file, line)));

    /// <inheritdoc cref="SpawnOn{T}(int, Func{Future{T}}, string, int)"/>
    [OverloadResolutionPriority(1)]
    public JoinHandle SpawnOn(
        int worker, Func<Future> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn<Unit>(OnWorker(worker), future, TaskBody.FutureFunc, new SpawnSite(file, line)));

    /// <inheritdoc cref="SpawnOn{T}(int, Func{Future{T}}, string, int)"/>
    public JoinHandle<T> SpawnOn<T>(
        int worker, Future<T> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn(OnWorker(worker), future, new SpawnSite(file, line)));

    /// <inheritdoc cref="SpawnOn{T}(int, Func{Future{T}}, string, int)"/>
    public JoinHandle SpawnOn(
        int worker, Future future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn(OnWorker(worker), future, new SpawnSite(file, line)));

    /// <inheritdoc cref="SpawnOn{T}(int, Func{Future{T}}, string, int)"/>
    /// <param name="worker">The worker's index: 0 to <see cref="WorkerThreads"/> - 1.</param>
    /// <param name="task">Starts the Task; called on the worker. Aborting waits for the Task: it can't be unwound.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public JoinHandle<T> SpawnOn<T>(
        int worker, Func<Task<T>> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn<T>(OnWorker(worker), task, TaskBody.TaskFunc, new SpawnSite(file, line)));

    /// <inheritdoc cref="SpawnOn{T}(int, Func{Future{T}}, string, int)"/>
    /// <param name="worker">The worker's index: 0 to <see cref="WorkerThreads"/> - 1.</param>
    /// <param name="task">Starts the Task; called on the worker. Aborting waits for the Task: it can't be unwound.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public JoinHandle SpawnOn(
        int worker, Func<Task> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn<Unit>(OnWorker(worker), task, TaskBody.TaskFunc, new SpawnSite(file, line)));

    /// <summary>Where a worker's tasks live.</summary>
    /// <param name="worker">The worker's index.</param>
    /// <returns>The worker's part of the runtime.</returns>
    internal RuntimeScheduler OnWorker(int worker)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(worker);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(worker, WorkerThreads);
        return Scheduler.WorkerScheduler(worker);
    }
}
