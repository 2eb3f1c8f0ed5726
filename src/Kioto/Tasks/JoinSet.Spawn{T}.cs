using System;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto;

/// <content>The ways to spawn. Written by eng/spawns.sh.</content>
public sealed partial class JoinSet<T>
{
    /// <summary>Spawns a task of the set on the current runtime; the delegate runs at its first poll.</summary>
    /// <param name="future">Makes the future.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>What stops the task.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, and none was where the set was made.</exception>
    /// <exception cref="ObjectDisposedException">The set was disposed.</exception>
    [OverloadResolutionPriority(1)]
    public AbortHandle Spawn(
        Func<Future<T>> future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(Spawner.Make<T>(CurrentRuntime.Require("JoinSet.Spawn", _home), future, TaskBody.FutureFunc, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="Spawn(Func{Future{T}}, string, string, int)"/>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public AbortHandle Spawn(
        Future<T> future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(Spawner.Make(CurrentRuntime.Require("JoinSet.Spawn", _home), future, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="Spawn(Func{Future{T}}, string, string, int)"/>
    /// <param name="task">Starts the Task. Aborting waits for the Task: a Task can't be unwound.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public AbortHandle Spawn(
        Func<Task<T>> task, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(Spawner.Make<T>(CurrentRuntime.Require("JoinSet.Spawn", _home), task, TaskBody.TaskFunc, SpawnSite.Named(name, file, line)));

    /// <summary>Spawns a task of the set on another runtime, from any thread; the delegate runs at its first poll.</summary>
    /// <param name="runtime">The runtime. One that has ended gives a result that is aborted.</param>
    /// <param name="future">Makes the future.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>What stops the task.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="ObjectDisposedException">The set was disposed.</exception>
    [OverloadResolutionPriority(1)]
    public AbortHandle SpawnOn(
        RuntimeHandle runtime, Func<Future<T>> future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(Spawner.Make<T>(CurrentRuntime.Of(runtime), future, TaskBody.FutureFunc, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnOn(RuntimeHandle, Func{Future{T}}, string, string, int)"/>
    /// <param name="runtime">The runtime. One that has ended gives a result that is aborted.</param>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public AbortHandle SpawnOn(
        RuntimeHandle runtime, Future<T> future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(Spawner.Make(CurrentRuntime.Of(runtime), future, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnOn(RuntimeHandle, Func{Future{T}}, string, string, int)"/>
    /// <param name="runtime">The runtime. One that has ended gives a result that is aborted.</param>
    /// <param name="task">Starts the Task. Aborting waits for the Task: a Task can't be unwound.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public AbortHandle SpawnOn(
        RuntimeHandle runtime, Func<Task<T>> task, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(Spawner.Make<T>(CurrentRuntime.Of(runtime), task, TaskBody.TaskFunc, SpawnSite.Named(name, file, line)));

    /// <summary>Spawns a task of the set on the current <see cref="LocalSet"/>; the delegate runs at its first poll.</summary>
    /// <param name="future">Makes the future.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>What stops the task.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="InvalidOperationException">No LocalSet is running on this thread.</exception>
    /// <exception cref="ObjectDisposedException">The set was disposed.</exception>
    [OverloadResolutionPriority(1)]
    public AbortHandle SpawnLocal(
        Func<Future<T>> future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(Spawner.Make<T>(LocalTarget.Require("JoinSet.SpawnLocal"), future, TaskBody.FutureFunc, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnLocal(Func{Future{T}}, string, string, int)"/>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public AbortHandle SpawnLocal(
        Future<T> future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(Spawner.Make(LocalTarget.Require("JoinSet.SpawnLocal"), future, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnLocal(Func{Future{T}}, string, string, int)"/>
    /// <param name="task">Starts the Task. Aborting waits for the Task: a Task can't be unwound.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public AbortHandle SpawnLocal(
        Func<Task<T>> task, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(Spawner.Make<T>(LocalTarget.Require("JoinSet.SpawnLocal"), task, TaskBody.TaskFunc, SpawnSite.Named(name, file, line)));

    /// <summary>Spawns a task of the set on a <see cref="LocalSet"/>, from any thread; the delegate runs at its first poll.</summary>
    /// <param name="local">The local set.</param>
    /// <param name="future">Makes the future.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>What stops the task.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="ObjectDisposedException">The set was disposed.</exception>
    [OverloadResolutionPriority(1)]
    public AbortHandle SpawnLocalOn(
        LocalSet local, Func<Future<T>> future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(Spawner.Make<T>(LocalTarget.Of(local), future, TaskBody.FutureFunc, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnLocalOn(LocalSet, Func{Future{T}}, string, string, int)"/>
    /// <param name="local">The local set.</param>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public AbortHandle SpawnLocalOn(
        LocalSet local, Future<T> future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(Spawner.Make(LocalTarget.Of(local), future, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnLocalOn(LocalSet, Func{Future{T}}, string, string, int)"/>
    /// <param name="local">The local set.</param>
    /// <param name="task">Starts the Task. Aborting waits for the Task: a Task can't be unwound.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public AbortHandle SpawnLocalOn(
        LocalSet local, Func<Task<T>> task, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(Spawner.Make<T>(LocalTarget.Of(local), task, TaskBody.TaskFunc, SpawnSite.Named(name, file, line)));

    /// <summary>Spawns a task of the set on the current runtime when there is a slot for it; the delegate runs at its first poll.</summary>
    /// <remarks>
    /// First come, first served, with what <c>Spawn</c> has queued. Cancelling it leaves the queue: the task is not spawned.
    /// </remarks>
    /// <param name="future">Makes the future.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>A future that is ready when the task has been started. Without a limit that is at once.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, and none was where the set was made.</exception>
    /// <exception cref="ObjectDisposedException">The set was disposed.</exception>
    [LosesPlace]
    [OverloadResolutionPriority(1)]
    public Future<AbortHandle> SpawnAsync(
        Func<Future<T>> future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        AddAsync(Spawner.Make<T>(CurrentRuntime.Require("JoinSet.SpawnAsync", _home), future, TaskBody.FutureFunc, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnAsync(Func{Future{T}}, string, string, int)"/>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    [LosesPlace]
    public Future<AbortHandle> SpawnAsync(
        Future<T> future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        AddAsync(Spawner.Make(CurrentRuntime.Require("JoinSet.SpawnAsync", _home), future, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnAsync(Func{Future{T}}, string, string, int)"/>
    /// <param name="task">Starts the Task. Aborting waits for the Task: a Task can't be unwound.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    [LosesPlace]
    public Future<AbortHandle> SpawnAsync(
        Func<Task<T>> task, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        AddAsync(Spawner.Make<T>(CurrentRuntime.Require("JoinSet.SpawnAsync", _home), task, TaskBody.TaskFunc, SpawnSite.Named(name, file, line)));

    /// <summary>Runs a closure that blocks or computes for long on the current runtime's blocking pool.</summary>
    /// <param name="closure">The closure. Once started it can't be aborted, and disposing the set waits for it.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>What stops it while it is queued.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, and none was where the set was made.</exception>
    /// <exception cref="ObjectDisposedException">The set was disposed.</exception>
    /// <exception cref="BlockingQueueFullException">The pool is bounded and full. What a limit has queued waits for room instead.</exception>
    public AbortHandle SpawnBlocking(
        Func<T> closure, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(Spawner.Make<T>(CurrentRuntime.Require("JoinSet.SpawnBlocking", _home), closure, TaskBody.Closure, SpawnSite.Named(name, file, line)));

    /// <summary>Runs a closure that blocks or computes for long on the current runtime's blocking pool, and can be told to stop.</summary>
    /// <param name="closure">The closure. Its token is cancelled when it is aborted, as by disposing the set, and by the runtime's shutdown. When it ends by throwing an <see cref="OperationCanceledException"/> after that, it was aborted.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>What tells it to stop.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, and none was where the set was made.</exception>
    /// <exception cref="ObjectDisposedException">The set was disposed.</exception>
    /// <exception cref="BlockingQueueFullException">The pool is bounded and full. What a limit has queued waits for room instead.</exception>
    [OverloadResolutionPriority(-1)] // A method group that fits both is without token.
    public AbortHandle SpawnBlocking(
        Func<CancellationToken, T> closure, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(Spawner.Make<T>(CurrentRuntime.Require("JoinSet.SpawnBlocking", _home), closure, TaskBody.TokenClosure, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnBlocking(Func{T}, string, string, int)"/>
    /// <param name="runtime">Whose blocking pool.</param>
    /// <param name="closure">The closure. Once started it can't be aborted, and disposing the set waits for it.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public AbortHandle SpawnBlockingOn(
        RuntimeHandle runtime, Func<T> closure, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(Spawner.Make<T>(CurrentRuntime.Of(runtime), closure, TaskBody.Closure, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnBlocking(Func{CancellationToken, T}, string, string, int)"/>
    /// <param name="runtime">Whose blocking pool.</param>
    /// <param name="closure">The closure. Its token is cancelled when it is aborted, as by disposing the set, and by the runtime's shutdown. When it ends by throwing an <see cref="OperationCanceledException"/> after that, it was aborted.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    [OverloadResolutionPriority(-1)] // A method group that fits both is without token.
    public AbortHandle SpawnBlockingOn(
        RuntimeHandle runtime, Func<CancellationToken, T> closure, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(Spawner.Make<T>(CurrentRuntime.Of(runtime), closure, TaskBody.TokenClosure, SpawnSite.Named(name, file, line)));
}
