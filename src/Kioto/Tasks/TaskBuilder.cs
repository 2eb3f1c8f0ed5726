using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>Spawns tasks with a name, which dumps, reports and hooks show. As Tokio's <c>task::Builder</c>.</summary>
/// <remarks>
/// Made by <see cref="Kio.Named"/> and <see cref="RuntimeHandle.Named"/>; may be kept and used again. A name costs an
/// object a task; tasks without one pay nothing. Names need not be unique.
/// </remarks>
public readonly partial struct TaskBuilder : IEquatable<TaskBuilder>
{
    private readonly RuntimeScheduler? _runtime;
    private readonly TaskClass _class;

    internal TaskBuilder(string name, RuntimeScheduler? runtime, TaskClass taskClass = TaskClass.Normal)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        _runtime = runtime;
        _class = taskClass;
    }

    /// <summary>The name; null for the default value, whose tasks have none.</summary>
    public string? Name { get; }

    /// <summary>The same with tasks of another class; closures that block, and tasks of a local set, have none.</summary>
    /// <param name="taskClass">The class.</param>
    /// <returns>A builder.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public TaskBuilder Class(TaskClass taskClass)
    {
        _ = Spawner.IsBackground(taskClass, nameof(taskClass));
        return new TaskBuilder(Name!, _runtime, taskClass);
    }

    /// <summary>Spawns a task; the delegate runs at its first poll, on a worker. As <see cref="Kio.Spawn{T}(Func{Future{T}}, string, int)"/>.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">Makes the future.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The task's handle.</returns>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, and none was named.</exception>
    [OverloadResolutionPriority(1)]
    public JoinHandle<T> Spawn<T>(
        Func<Future<T>> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn<T>(Runtime, _class, future, TaskBody.FutureFunc, Site(file, line)));

    /// <inheritdoc cref="Spawn{T}(Func{Future{T}}, string, int)"/>
    [OverloadResolutionPriority(1)]
    public JoinHandle Spawn(
        Func<Future> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn<Unit>(Runtime, _class, future, TaskBody.FutureFunc, Site(file, line)));

    /// <summary>Spawns a future as a task.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The task's handle.</returns>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, and none was named.</exception>
    public JoinHandle<T> Spawn<T>(
        Future<T> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn(Runtime, _class, future, Site(file, line)));

    /// <inheritdoc cref="Spawn{T}(Future{T}, string, int)"/>
    public JoinHandle Spawn(
        Future future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn(Runtime, _class, future, Site(file, line)));

    /// <summary>Spawns Task-based code as a task.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="task">Starts the Task.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The task's handle. Aborting it waits for the Task: a Task can't be unwound.</returns>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, and none was named.</exception>
    public JoinHandle<T> Spawn<T>(
        Func<Task<T>> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn<T>(Runtime, _class, task, TaskBody.TaskFunc, Site(file, line)));

    /// <inheritdoc cref="Spawn{T}(Func{Task{T}}, string, int)"/>
    public JoinHandle Spawn(
        Func<Task> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn<Unit>(Runtime, _class, task, TaskBody.TaskFunc, Site(file, line)));

    /// <summary>Spawns a task whose handle nobody wants: a failure goes to <c>OnUnhandledFailure</c>, with the name.</summary>
    /// <param name="future">Makes the future.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, and none was named.</exception>
    [OverloadResolutionPriority(1)]
    public void Detach(
        Func<Future> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Spawner.Spawn<Unit>(Runtime, _class, future, TaskBody.FutureFunc, Site(file, line), detached: true);

    /// <inheritdoc cref="Detach(Func{Future}, string, int)"/>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public void Detach(
        Future future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Spawner.Spawn(Runtime, _class, future, Site(file, line), detached: true);

    /// <inheritdoc cref="Detach(Func{Future}, string, int)"/>
    /// <param name="task">Starts the Task; called on a worker.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public void Detach(
        Func<Task> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Spawner.Spawn<Unit>(Runtime, _class, task, TaskBody.TaskFunc, Site(file, line), detached: true);

    /// <summary>Spawns a task that stays on this thread; the delegate runs at its first poll, on this thread. As <see cref="Kio.SpawnLocal{T}(Func{Future{T}}, string, int)"/>.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">Makes the future.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The task's handle.</returns>
    /// <exception cref="InvalidOperationException">Nothing on this thread keeps its tasks here.</exception>
    [OverloadResolutionPriority(1)]
    public JoinHandle<T> SpawnLocal<T>(
        Func<Future<T>> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Kio.SpawnHere<T>(future, TaskBody.FutureFunc, Site(file, line)));

    /// <inheritdoc cref="SpawnLocal{T}(Func{Future{T}}, string, int)"/>
    [OverloadResolutionPriority(1)]
    public JoinHandle SpawnLocal(
        Func<Future> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Kio.SpawnHere<Unit>(future, TaskBody.FutureFunc, Site(file, line)));

    /// <summary>Spawns a future as a task that stays on this thread.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The task's handle.</returns>
    /// <exception cref="InvalidOperationException">Nothing on this thread keeps its tasks here.</exception>
    public JoinHandle<T> SpawnLocal<T>(
        Future<T> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Kio.SpawnHere(future, Site(file, line)));

    /// <inheritdoc cref="SpawnLocal{T}(Future{T}, string, int)"/>
    public JoinHandle SpawnLocal(
        Future future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Kio.SpawnHere(Spawner.AsUnit(future), Site(file, line)));

    /// <summary>Spawns Task-based code as a task that stays on this thread.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="task">Starts the Task.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The task's handle. Aborting it waits for the Task: a Task can't be unwound.</returns>
    /// <exception cref="InvalidOperationException">Nothing on this thread keeps its tasks here.</exception>
    public JoinHandle<T> SpawnLocal<T>(
        Func<Task<T>> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Kio.SpawnHere<T>(task, TaskBody.TaskFunc, Site(file, line)));

    /// <inheritdoc cref="SpawnLocal{T}(Func{Task{T}}, string, int)"/>
    public JoinHandle SpawnLocal(
        Func<Task> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Kio.SpawnHere<Unit>(task, TaskBody.TaskFunc, Site(file, line)));

    /// <summary>Runs a closure that blocks or computes for long on the runtime's blocking pool.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="closure">The closure. Once started it can't be aborted.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The closure's handle.</returns>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, and none was named.</exception>
    public JoinHandle<T> SpawnBlocking<T>(
        Func<T> closure, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.SpawnBlocking<T>(Runtime, closure, Site(file, line)));

    /// <inheritdoc cref="SpawnBlocking{T}(Func{T}, string, int)"/>
    public JoinHandle SpawnBlocking(
        Action closure, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.SpawnBlocking<Unit>(Runtime, closure, Site(file, line)));

    /// <summary>Runs a closure that blocks or computes for long on the runtime's blocking pool, and can be told to stop.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="closure">
    /// The closure. Its token is cancelled by <c>Abort</c> of the handle and by the runtime's shutdown. When it ends by
    /// throwing an <see cref="OperationCanceledException"/> after that, its handle says aborted.
    /// </param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The closure's handle.</returns>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, and none was named.</exception>
    [OverloadResolutionPriority(-1)] // A method group that fits both is without token.
    public JoinHandle<T> SpawnBlocking<T>(
        Func<CancellationToken, T> closure, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.SpawnBlocking<T>(Runtime, closure, Site(file, line), TaskBody.TokenClosure));

    /// <inheritdoc cref="SpawnBlocking{T}(Func{CancellationToken, T}, string, int)"/>
    [OverloadResolutionPriority(-1)] // A method group that fits both is without token.
    public JoinHandle SpawnBlocking(
        Action<CancellationToken> closure, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.SpawnBlocking<Unit>(Runtime, closure, Site(file, line), TaskBody.TokenClosure));

    /// <summary>Not for Tasks: it would block a thread for the delegate only, and run the rest elsewhere.</summary>
    /// <typeparam name="TTask">The type of the Task.</typeparam>
    /// <param name="closure">Use <c>Spawn</c> instead.</param>
    /// <param name="unused">Tells this overload from the others.</param>
    /// <returns>Nothing.</returns>
    [Obsolete("SpawnBlocking runs a synchronous closure. Use Spawn for Task-based code.", error: true)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(1)] // Looked at first, and dropped by its constraint, or when nothing says what TTask is.
    public JoinHandle SpawnBlocking<TTask>(Func<TTask> closure, object? unused = null)
        where TTask : Task => throw new NotSupportedException();

    /// <inheritdoc cref="SpawnBlocking{TTask}(Func{TTask}, object)"/>
    [Obsolete("SpawnBlocking runs a synchronous closure. Use Spawn for Task-based code.", error: true)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(1)] // As above.
    public JoinHandle SpawnBlocking<TTask>(Func<CancellationToken, TTask> closure, object? unused = null)
        where TTask : Task => throw new NotSupportedException();

    /// <inheritdoc/>
    public bool Equals(TaskBuilder other) => Name == other.Name && _class == other._class && ReferenceEquals(_runtime, other._runtime);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TaskBuilder other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, _class);

    /// <summary>Whether both do the same.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they do.</returns>
    public static bool operator ==(TaskBuilder left, TaskBuilder right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they do.</returns>
    public static bool operator !=(TaskBuilder left, TaskBuilder right) => !left.Equals(right);

    private RuntimeScheduler Runtime => _runtime ?? CurrentRuntime.Require("Kio.Named", Ambient.Current);

    private SpawnSite Site(string? file, int line) => SpawnSite.Named(Name, file, line);
}
