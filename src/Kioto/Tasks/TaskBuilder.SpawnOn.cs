using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

namespace Kioto;

/// <content>Spawning on a worker of one's choice.</content>
public readonly partial struct TaskBuilder
{
    /// <summary>Spawns a task on one worker of a per-core runtime, where it stays. Never polls inline. As <see cref="RuntimeHandle.SpawnOn{T}(int, Func{Future{T}}, string, int)"/>.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="worker">The worker's index: 0 to <see cref="RuntimeHandle.WorkerThreads"/> - 1.</param>
    /// <param name="future">The future, or what makes it; the delegate runs at its first poll, on the worker.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The task's handle. After the runtime's shutdown it is aborted at once.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such worker.</exception>
    /// <exception cref="InvalidOperationException">
    /// It is a multi-thread runtime, whose tasks move between its workers; or no runtime is running on this thread, and
    /// none was named.
    /// </exception>
    [OverloadResolutionPriority(1)]
    public JoinHandle<T> SpawnOn<T>(
        int worker, Func<Future<T>> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn<T>(Runtime.Handle.OnWorker(worker), _class, future, TaskBody.FutureFunc, Site(file, line)));

    /// <inheritdoc cref="SpawnOn{T}(int, Func{Future{T}}, string, int)"/>
    [OverloadResolutionPriority(1)]
    public JoinHandle SpawnOn(
        int worker, Func<Future> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn<Unit>(Runtime.Handle.OnWorker(worker), _class, future, TaskBody.FutureFunc, Site(file, line)));

    /// <inheritdoc cref="SpawnOn{T}(int, Func{Future{T}}, string, int)"/>
    public JoinHandle<T> SpawnOn<T>(
        int worker, Future<T> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn(Runtime.Handle.OnWorker(worker), _class, future, Site(file, line)));

    /// <inheritdoc cref="SpawnOn{T}(int, Func{Future{T}}, string, int)"/>
    public JoinHandle SpawnOn(
        int worker, Future future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn(Runtime.Handle.OnWorker(worker), _class, future, Site(file, line)));

    /// <inheritdoc cref="SpawnOn{T}(int, Func{Future{T}}, string, int)"/>
    /// <param name="worker">The worker's index: 0 to <see cref="RuntimeHandle.WorkerThreads"/> - 1.</param>
    /// <param name="task">Starts the Task; called on the worker. Aborting waits for the Task: it can't be unwound.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public JoinHandle<T> SpawnOn<T>(
        int worker, Func<Task<T>> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn<T>(Runtime.Handle.OnWorker(worker), _class, task, TaskBody.TaskFunc, Site(file, line)));

    /// <inheritdoc cref="SpawnOn{T}(int, Func{Future{T}}, string, int)"/>
    /// <param name="worker">The worker's index: 0 to <see cref="RuntimeHandle.WorkerThreads"/> - 1.</param>
    /// <param name="task">Starts the Task; called on the worker. Aborting waits for the Task: it can't be unwound.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public JoinHandle SpawnOn(
        int worker, Func<Task> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn<Unit>(Runtime.Handle.OnWorker(worker), _class, task, TaskBody.TaskFunc, Site(file, line)));
}
