using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

namespace Kioto;

/// <content>Spawning tasks of a class on a worker of one's choice.</content>
public sealed partial class RuntimeHandle
{
    /// <summary>Spawns a task of a class on one worker of a per-core runtime, where it stays. Never polls inline.</summary>
    /// <remarks>
    /// As <see cref="SpawnOn{T}(int, Func{Future{T}}, string, int)"/> and
    /// <see cref="Spawn{T}(TaskClass, Func{Future{T}}, string, int)"/>: each worker has background tasks of its own.
    /// </remarks>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="worker">The worker's index: 0 to <see cref="WorkerThreads"/> - 1.</param>
    /// <param name="taskClass">The class. Tasks that this one spawns are normal unless they say otherwise.</param>
    /// <param name="future">The future, or what makes it; the delegate runs at its first poll, on the worker.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The task's handle. After the runtime's shutdown it is aborted at once.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such worker, or no such class.</exception>
    /// <exception cref="InvalidOperationException">It is a multi-thread runtime, whose tasks move between its workers.</exception>
    [OverloadResolutionPriority(1)]
    public JoinHandle<T> SpawnOn<T>(
        int worker, TaskClass taskClass, Func<Future<T>> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn<T>(OnWorker(worker), taskClass, future, TaskBody.FutureFunc, new SpawnSite(file, line)));

    /// <inheritdoc cref="SpawnOn{T}(int, TaskClass, Func{Future{T}}, string, int)"/>
    [OverloadResolutionPriority(1)]
    public JoinHandle SpawnOn(
        int worker, TaskClass taskClass, Func<Future> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn<Unit>(OnWorker(worker), taskClass, future, TaskBody.FutureFunc, new SpawnSite(file, line)));

    /// <inheritdoc cref="SpawnOn{T}(int, TaskClass, Func{Future{T}}, string, int)"/>
    public JoinHandle<T> SpawnOn<T>(
        int worker, TaskClass taskClass, Future<T> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn(OnWorker(worker), taskClass, future, new SpawnSite(file, line)));

    /// <inheritdoc cref="SpawnOn{T}(int, TaskClass, Func{Future{T}}, string, int)"/>
    public JoinHandle SpawnOn(
        int worker, TaskClass taskClass, Future future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn(OnWorker(worker), taskClass, future, new SpawnSite(file, line)));

    /// <inheritdoc cref="SpawnOn{T}(int, TaskClass, Func{Future{T}}, string, int)"/>
    /// <param name="worker">The worker's index: 0 to <see cref="WorkerThreads"/> - 1.</param>
    /// <param name="taskClass">The class. What the Task awaits comes back as work items, which are normal ones.</param>
    /// <param name="task">Starts the Task; called on the worker. Aborting waits for the Task: it can't be unwound.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public JoinHandle<T> SpawnOn<T>(
        int worker, TaskClass taskClass, Func<Task<T>> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn<T>(OnWorker(worker), taskClass, task, TaskBody.TaskFunc, new SpawnSite(file, line)));

    /// <inheritdoc cref="SpawnOn{T}(int, TaskClass, Func{Future{T}}, string, int)"/>
    /// <param name="worker">The worker's index: 0 to <see cref="WorkerThreads"/> - 1.</param>
    /// <param name="taskClass">The class. What the Task awaits comes back as work items, which are normal ones.</param>
    /// <param name="task">Starts the Task; called on the worker. Aborting waits for the Task: it can't be unwound.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public JoinHandle SpawnOn(
        int worker, TaskClass taskClass, Func<Task> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn<Unit>(OnWorker(worker), taskClass, task, TaskBody.TaskFunc, new SpawnSite(file, line)));
}
