using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>The verbs of code that runs on a runtime: spawn, sleep, yield and their relatives.</summary>
public static partial class Kio
{
    /// <summary>Spawns a task on the current runtime; the delegate runs at its first poll, on a worker.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">Makes the future.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The task's handle. Dropping it lets the task run on alone; <see cref="Detach(Func{Future}, string, int)"/> says so.</returns>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread.</exception>
    [OverloadResolutionPriority(1)]
    public static JoinHandle<T> Spawn<T>(
        Func<Future<T>> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn<T>("Kio.Spawn", future, TaskBody.FutureFunc, new SpawnSite(file, line)));

    /// <inheritdoc cref="Spawn{T}(Func{Future{T}}, string, int)"/>
    [OverloadResolutionPriority(1)]
    public static JoinHandle Spawn(
        Func<Future> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn<Unit>("Kio.Spawn", future, TaskBody.FutureFunc, new SpawnSite(file, line)));

    /// <summary>Spawns a future as a task on the current runtime.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The task's handle.</returns>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread.</exception>
    public static JoinHandle<T> Spawn<T>(
        Future<T> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn(Runtime("Kio.Spawn"), future, new SpawnSite(file, line)));

    /// <inheritdoc cref="Spawn{T}(Future{T}, string, int)"/>
    public static JoinHandle Spawn(
        Future future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn(Runtime("Kio.Spawn"), future, new SpawnSite(file, line)));

    /// <summary>Spawns Task-based code as a task: the delegate and its continuations run on the current runtime.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="task">Starts the Task; called on a worker.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The task's handle. Aborting it waits for the Task: a Task can't be unwound.</returns>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread.</exception>
    public static JoinHandle<T> Spawn<T>(
        Func<Task<T>> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn<T>("Kio.Spawn", task, TaskBody.TaskFunc, new SpawnSite(file, line)));

    /// <inheritdoc cref="Spawn{T}(Func{Task{T}}, string, int)"/>
    public static JoinHandle Spawn(
        Func<Task> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn<Unit>("Kio.Spawn", task, TaskBody.TaskFunc, new SpawnSite(file, line)));

    /// <summary>Spawns a task that nobody waits for. If it fails, the runtime reports it.</summary>
    /// <param name="future">Makes the future.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread.</exception>
    [OverloadResolutionPriority(1)]
    public static void Detach(
        Func<Future> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Spawner.Spawn<Unit>("Kio.Detach", future, TaskBody.FutureFunc, new SpawnSite(file, line), detached: true);

    /// <inheritdoc cref="Detach(Func{Future}, string, int)"/>
    public static void Detach(
        Future future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Spawner.Spawn(Runtime("Kio.Detach"), future, new SpawnSite(file, line), detached: true);

    /// <inheritdoc cref="Detach(Func{Future}, string, int)"/>
    /// <param name="task">Starts the Task; called on a worker.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public static void Detach(
        Func<Task> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Spawner.Spawn<Unit>("Kio.Detach", task, TaskBody.TaskFunc, new SpawnSite(file, line), detached: true);

    /// <summary>Runs a closure that blocks or computes for long on the current runtime's blocking pool.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="closure">The closure. Once started it can't be aborted.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The closure's handle.</returns>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread.</exception>
    public static JoinHandle<T> SpawnBlocking<T>(
        Func<T> closure, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.SpawnBlocking<T>(Runtime("Kio.SpawnBlocking"), closure, new SpawnSite(file, line)));

    /// <inheritdoc cref="SpawnBlocking{T}(Func{T}, string, int)"/>
    public static JoinHandle SpawnBlocking(
        Action closure, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.SpawnBlocking<Unit>(Runtime("Kio.SpawnBlocking"), closure, new SpawnSite(file, line)));

    /// <summary>Runs a closure that blocks or computes for long on the current runtime's blocking pool, and can be told to stop.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="closure">
    /// The closure. Its token is cancelled by <c>Abort</c> of the handle and by the runtime's shutdown. When it ends by
    /// throwing an <see cref="OperationCanceledException"/> after that, its handle says aborted.
    /// </param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The closure's handle.</returns>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread.</exception>
    [OverloadResolutionPriority(-1)] // A method group that fits both is without token, as before there was one.
    public static JoinHandle<T> SpawnBlocking<T>(
        Func<CancellationToken, T> closure, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.SpawnBlocking<T>(Runtime("Kio.SpawnBlocking"), closure, new SpawnSite(file, line), TaskBody.TokenClosure));

    /// <inheritdoc cref="SpawnBlocking{T}(Func{CancellationToken, T}, string, int)"/>
    [OverloadResolutionPriority(-1)] // A method group that fits both is without token, as before there was one.
    public static JoinHandle SpawnBlocking(
        Action<CancellationToken> closure, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.SpawnBlocking<Unit>(Runtime("Kio.SpawnBlocking"), closure, new SpawnSite(file, line), TaskBody.TokenClosure));

    /// <summary>Not for Tasks: it would block a thread for the delegate only, and run the rest elsewhere.</summary>
    /// <typeparam name="TTask">The type of the Task.</typeparam>
    /// <param name="closure">Use <c>Spawn</c> instead.</param>
    /// <param name="unused">Tells this overload from the others.</param>
    /// <returns>Nothing.</returns>
    [Obsolete("SpawnBlocking runs a synchronous closure. Use Spawn for Task-based code.", error: true)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(1)] // Looked at first, and dropped by its constraint, or when nothing says what TTask is.
    public static JoinHandle SpawnBlocking<TTask>(Func<TTask> closure, object? unused = null)
        where TTask : Task => throw new NotSupportedException();

    /// <inheritdoc cref="SpawnBlocking{TTask}(Func{TTask}, object)"/>
    [Obsolete("SpawnBlocking runs a synchronous closure. Use Spawn for Task-based code.", error: true)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(1)] // As above.
    public static JoinHandle SpawnBlocking<TTask>(Func<CancellationToken, TTask> closure, object? unused = null)
        where TTask : Task => throw new NotSupportedException();

    /// <summary>Lets the other ready tasks of this worker run first. Cancel safe. As Tokio's <c>yield_now</c>.</summary>
    /// <returns>The future to await; it may be awaited again and again, by anyone.</returns>
    [CancelSafe]
    public static Future YieldNow() => new(YieldLeaf.Instance, 0);

    private static RuntimeScheduler Runtime(string what) => CurrentRuntime.Require(what);
}
