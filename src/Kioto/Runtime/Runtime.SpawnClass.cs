using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

namespace Kioto;

/// <content>Spawning tasks of a class.</content>
public sealed partial class Runtime
{
    /// <inheritdoc cref="RuntimeHandle.Spawn{T}(TaskClass, Func{Future{T}}, string, int)"/>
    [OverloadResolutionPriority(1)]
    public JoinHandle<T> Spawn<T>(
        TaskClass taskClass, Func<Future<T>> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Handle.Spawn(taskClass, future, file, line);

    /// <inheritdoc cref="RuntimeHandle.Spawn(TaskClass, Func{Future}, string, int)"/>
    [OverloadResolutionPriority(1)]
    public JoinHandle Spawn(
        TaskClass taskClass, Func<Future> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Handle.Spawn(taskClass, future, file, line);

    /// <inheritdoc cref="RuntimeHandle.Spawn{T}(TaskClass, Future{T}, string, int)"/>
    public JoinHandle<T> Spawn<T>(
        TaskClass taskClass, Future<T> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Handle.Spawn(taskClass, future, file, line);

    /// <inheritdoc cref="RuntimeHandle.Spawn(TaskClass, Future, string, int)"/>
    public JoinHandle Spawn(
        TaskClass taskClass, Future future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Handle.Spawn(taskClass, future, file, line);

    /// <inheritdoc cref="RuntimeHandle.Spawn{T}(TaskClass, Func{Task{T}}, string, int)"/>
    public JoinHandle<T> Spawn<T>(
        TaskClass taskClass, Func<Task<T>> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Handle.Spawn(taskClass, task, file, line);

    /// <inheritdoc cref="RuntimeHandle.Spawn(TaskClass, Func{Task}, string, int)"/>
    public JoinHandle Spawn(
        TaskClass taskClass, Func<Task> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Handle.Spawn(taskClass, task, file, line);
}
