using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

namespace Kioto;

/// <content>Spawning tasks of a class.</content>
public static partial class Kio
{
    /// <summary>Spawns a task of a class on the current runtime.</summary>
    /// <remarks>
    /// A background task runs when nothing normal is ready, and at least once in a while when something is: see
    /// <see cref="RuntimeBuilder.BackgroundInterval"/>. It wakes nobody else's turn: who awaits it, or a lock that it
    /// holds, waits for its turns. The tasks of a <see cref="LocalSet"/> have no classes: they share the turn of the task
    /// that drives the set.
    /// </remarks>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="taskClass">The class. Tasks that this one spawns are normal unless they say otherwise.</param>
    /// <param name="future">The future, or what makes it; the delegate runs at its first poll, on a worker.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The task's handle.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread.</exception>
    [OverloadResolutionPriority(1)]
    public static JoinHandle<T> Spawn<T>(
        TaskClass taskClass, Func<Future<T>> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn<T>(Runtime("Kio.Spawn"), taskClass, future, TaskBody.FutureFunc, new SpawnSite(file, line)));

    /// <inheritdoc cref="Spawn{T}(TaskClass, Func{Future{T}}, string, int)"/>
    [OverloadResolutionPriority(1)]
    public static JoinHandle Spawn(
        TaskClass taskClass, Func<Future> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn<Unit>(Runtime("Kio.Spawn"), taskClass, future, TaskBody.FutureFunc, new SpawnSite(file, line)));

    /// <inheritdoc cref="Spawn{T}(TaskClass, Func{Future{T}}, string, int)"/>
    public static JoinHandle<T> Spawn<T>(
        TaskClass taskClass, Future<T> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn(Runtime("Kio.Spawn"), taskClass, future, new SpawnSite(file, line)));

    /// <inheritdoc cref="Spawn{T}(TaskClass, Func{Future{T}}, string, int)"/>
    public static JoinHandle Spawn(
        TaskClass taskClass, Future future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn(Runtime("Kio.Spawn"), taskClass, future, new SpawnSite(file, line)));

    /// <inheritdoc cref="Spawn{T}(TaskClass, Func{Future{T}}, string, int)"/>
    /// <param name="taskClass">The class. What the Task awaits comes back as work items, which are normal ones.</param>
    /// <param name="task">Starts the Task; called on a worker. Aborting waits for the Task: it can't be unwound.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public static JoinHandle<T> Spawn<T>(
        TaskClass taskClass, Func<Task<T>> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn<T>(Runtime("Kio.Spawn"), taskClass, task, TaskBody.TaskFunc, new SpawnSite(file, line)));

    /// <inheritdoc cref="Spawn{T}(TaskClass, Func{Future{T}}, string, int)"/>
    /// <param name="taskClass">The class. What the Task awaits comes back as work items, which are normal ones.</param>
    /// <param name="task">Starts the Task; called on a worker. Aborting waits for the Task: it can't be unwound.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public static JoinHandle Spawn(
        TaskClass taskClass, Func<Task> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn<Unit>(Runtime("Kio.Spawn"), taskClass, task, TaskBody.TaskFunc, new SpawnSite(file, line)));

    /// <summary>Spawns a task of a class that nobody waits for. If it fails, the runtime reports it.</summary>
    /// <param name="taskClass">The class. Tasks that this one spawns are normal unless they say otherwise.</param>
    /// <param name="future">Makes the future.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread.</exception>
    [OverloadResolutionPriority(1)]
    public static void Detach(
        TaskClass taskClass, Func<Future> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Spawner.Spawn<Unit>(
            Runtime("Kio.Detach"), taskClass, future, TaskBody.FutureFunc, new SpawnSite(file, line), detached: true);

    /// <inheritdoc cref="Detach(TaskClass, Func{Future}, string, int)"/>
    public static void Detach(
        TaskClass taskClass, Future future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Spawner.Spawn(Runtime("Kio.Detach"), taskClass, future, new SpawnSite(file, line), detached: true);

    /// <inheritdoc cref="Detach(TaskClass, Func{Future}, string, int)"/>
    /// <param name="taskClass">The class. What the Task awaits comes back as work items, which are normal ones.</param>
    /// <param name="task">Starts the Task; called on a worker.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public static void Detach(
        TaskClass taskClass, Func<Task> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Spawner.Spawn<Unit>(
            Runtime("Kio.Detach"), taskClass, task, TaskBody.TaskFunc, new SpawnSite(file, line), detached: true);
}
