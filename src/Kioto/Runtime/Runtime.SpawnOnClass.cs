using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

namespace Kioto;

/// <content>Spawning tasks of a class on a worker of one's choice.</content>
public sealed partial class Runtime
{
    /// <inheritdoc cref="RuntimeHandle.SpawnOn{T}(int, TaskClass, Func{Future{T}}, string, int)"/>
    [OverloadResolutionPriority(1)]
    public JoinHandle<T> SpawnOn<T>(
        int worker, TaskClass taskClass, Func<Future<T>> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Handle.SpawnOn(worker, taskClass, future, file, line);

    /// <inheritdoc cref="RuntimeHandle.SpawnOn{T}(int, TaskClass, Func{Future{T}}, string, int)"/>
    [OverloadResolutionPriority(1)]
    public JoinHandle SpawnOn(
        int worker, TaskClass taskClass, Func<Future> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Handle.SpawnOn(worker, taskClass, future, file, line);

    /// <inheritdoc cref="RuntimeHandle.SpawnOn{T}(int, TaskClass, Func{Future{T}}, string, int)"/>
    public JoinHandle<T> SpawnOn<T>(
        int worker, TaskClass taskClass, Future<T> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Handle.SpawnOn(worker, taskClass, future, file, line);

    /// <inheritdoc cref="RuntimeHandle.SpawnOn{T}(int, TaskClass, Func{Future{T}}, string, int)"/>
    public JoinHandle SpawnOn(
        int worker, TaskClass taskClass, Future future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Handle.SpawnOn(worker, taskClass, future, file, line);

    /// <inheritdoc cref="RuntimeHandle.SpawnOn{T}(int, TaskClass, Func{Task{T}}, string, int)"/>
    public JoinHandle<T> SpawnOn<T>(
        int worker, TaskClass taskClass, Func<Task<T>> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Handle.SpawnOn(worker, taskClass, task, file, line);

    /// <inheritdoc cref="RuntimeHandle.SpawnOn{T}(int, TaskClass, Func{Task{T}}, string, int)"/>
    public JoinHandle SpawnOn(
        int worker, TaskClass taskClass, Func<Task> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Handle.SpawnOn(worker, taskClass, task, file, line);
}
