using System;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto;

/// <content>The ways to spawn. Written by eng/spawns.sh.</content>
public sealed partial class JoinMap<TKey, T>
{
    /// <summary>Spawns a task under a key on the current runtime; the delegate runs at its first poll.</summary>
    /// <param name="key">The key. A task that it has is aborted, and its result is not returned.</param>
    /// <param name="future">Makes the future.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>What stops the task.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, and none was where the map was made.</exception>
    /// <exception cref="ObjectDisposedException">The map was disposed.</exception>
    [OverloadResolutionPriority(1)]
    public AbortHandle Spawn(
        TKey key, Func<Future<T>> future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(key, Spawner.Make<T>(CurrentRuntime.Require("JoinMap.Spawn", _home), future, TaskBody.FutureFunc, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="Spawn(TKey, Func{Future{T}}, string, string, int)"/>
    /// <param name="key">The key. A task that it has is aborted, and its result is not returned.</param>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public AbortHandle Spawn(
        TKey key, Future<T> future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(key, Spawner.Make(CurrentRuntime.Require("JoinMap.Spawn", _home), future, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="Spawn(TKey, Func{Future{T}}, string, string, int)"/>
    /// <param name="key">The key. A task that it has is aborted, and its result is not returned.</param>
    /// <param name="task">Starts the Task. Aborting waits for the Task: a Task can't be unwound.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public AbortHandle Spawn(
        TKey key, Func<Task<T>> task, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(key, Spawner.Make<T>(CurrentRuntime.Require("JoinMap.Spawn", _home), task, TaskBody.TaskFunc, SpawnSite.Named(name, file, line)));

    /// <summary>Spawns a task under a key on another runtime, from any thread; the delegate runs at its first poll.</summary>
    /// <param name="runtime">The runtime. One that has ended gives a result that is aborted.</param>
    /// <param name="key">The key. A task that it has is aborted, and its result is not returned.</param>
    /// <param name="future">Makes the future.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>What stops the task.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="ObjectDisposedException">The map was disposed.</exception>
    [OverloadResolutionPriority(1)]
    public AbortHandle SpawnOn(
        RuntimeHandle runtime, TKey key, Func<Future<T>> future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(key, Spawner.Make<T>(CurrentRuntime.Of(runtime), future, TaskBody.FutureFunc, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnOn(RuntimeHandle, TKey, Func{Future{T}}, string, string, int)"/>
    /// <param name="runtime">The runtime. One that has ended gives a result that is aborted.</param>
    /// <param name="key">The key. A task that it has is aborted, and its result is not returned.</param>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public AbortHandle SpawnOn(
        RuntimeHandle runtime, TKey key, Future<T> future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(key, Spawner.Make(CurrentRuntime.Of(runtime), future, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnOn(RuntimeHandle, TKey, Func{Future{T}}, string, string, int)"/>
    /// <param name="runtime">The runtime. One that has ended gives a result that is aborted.</param>
    /// <param name="key">The key. A task that it has is aborted, and its result is not returned.</param>
    /// <param name="task">Starts the Task. Aborting waits for the Task: a Task can't be unwound.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public AbortHandle SpawnOn(
        RuntimeHandle runtime, TKey key, Func<Task<T>> task, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(key, Spawner.Make<T>(CurrentRuntime.Of(runtime), task, TaskBody.TaskFunc, SpawnSite.Named(name, file, line)));

    /// <summary>Spawns a task under a key on the current <see cref="LocalSet"/>; the delegate runs at its first poll.</summary>
    /// <param name="key">The key. A task that it has is aborted, and its result is not returned.</param>
    /// <param name="future">Makes the future.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>What stops the task.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="InvalidOperationException">No LocalSet is running on this thread.</exception>
    /// <exception cref="ObjectDisposedException">The map was disposed.</exception>
    [OverloadResolutionPriority(1)]
    public AbortHandle SpawnLocal(
        TKey key, Func<Future<T>> future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(key, Spawner.Make<T>(LocalTarget.Require("JoinMap.SpawnLocal"), future, TaskBody.FutureFunc, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnLocal(TKey, Func{Future{T}}, string, string, int)"/>
    /// <param name="key">The key. A task that it has is aborted, and its result is not returned.</param>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public AbortHandle SpawnLocal(
        TKey key, Future<T> future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(key, Spawner.Make(LocalTarget.Require("JoinMap.SpawnLocal"), future, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnLocal(TKey, Func{Future{T}}, string, string, int)"/>
    /// <param name="key">The key. A task that it has is aborted, and its result is not returned.</param>
    /// <param name="task">Starts the Task. Aborting waits for the Task: a Task can't be unwound.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public AbortHandle SpawnLocal(
        TKey key, Func<Task<T>> task, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(key, Spawner.Make<T>(LocalTarget.Require("JoinMap.SpawnLocal"), task, TaskBody.TaskFunc, SpawnSite.Named(name, file, line)));

    /// <summary>Spawns a task under a key on a <see cref="LocalSet"/>, from any thread; the delegate runs at its first poll.</summary>
    /// <param name="local">The local set.</param>
    /// <param name="key">The key. A task that it has is aborted, and its result is not returned.</param>
    /// <param name="future">Makes the future.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>What stops the task.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="ObjectDisposedException">The map was disposed.</exception>
    [OverloadResolutionPriority(1)]
    public AbortHandle SpawnLocalOn(
        LocalSet local, TKey key, Func<Future<T>> future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(key, Spawner.Make<T>(LocalTarget.Of(local), future, TaskBody.FutureFunc, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnLocalOn(LocalSet, TKey, Func{Future{T}}, string, string, int)"/>
    /// <param name="local">The local set.</param>
    /// <param name="key">The key. A task that it has is aborted, and its result is not returned.</param>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public AbortHandle SpawnLocalOn(
        LocalSet local, TKey key, Future<T> future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(key, Spawner.Make(LocalTarget.Of(local), future, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnLocalOn(LocalSet, TKey, Func{Future{T}}, string, string, int)"/>
    /// <param name="local">The local set.</param>
    /// <param name="key">The key. A task that it has is aborted, and its result is not returned.</param>
    /// <param name="task">Starts the Task. Aborting waits for the Task: a Task can't be unwound.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public AbortHandle SpawnLocalOn(
        LocalSet local, TKey key, Func<Task<T>> task, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(key, Spawner.Make<T>(LocalTarget.Of(local), task, TaskBody.TaskFunc, SpawnSite.Named(name, file, line)));

    /// <summary>Runs a closure that blocks or computes for long on the current runtime's blocking pool, under a key.</summary>
    /// <param name="key">The key. A task that it has is aborted, and its result is not returned.</param>
    /// <param name="closure">The closure. Once started it can't be aborted, and disposing the map waits for it.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>What stops it while it is queued.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, and none was where the map was made.</exception>
    /// <exception cref="ObjectDisposedException">The map was disposed.</exception>
    /// <exception cref="BlockingQueueFullException">The pool is bounded and full. What a limit has queued waits for room instead.</exception>
    public AbortHandle SpawnBlocking(
        TKey key, Func<T> closure, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(key, Spawner.Make<T>(CurrentRuntime.Require("JoinMap.SpawnBlocking", _home), closure, TaskBody.Closure, SpawnSite.Named(name, file, line)));

    /// <summary>Runs a closure that blocks or computes for long on the current runtime's blocking pool, under a key, and can be told to stop.</summary>
    /// <param name="key">The key. A task that it has is aborted, and its result is not returned.</param>
    /// <param name="closure">The closure. Its token is cancelled when it is aborted, as by disposing the map, and by the runtime's shutdown. When it ends by throwing an <see cref="OperationCanceledException"/> after that, it was aborted.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>What tells it to stop.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, and none was where the map was made.</exception>
    /// <exception cref="ObjectDisposedException">The map was disposed.</exception>
    /// <exception cref="BlockingQueueFullException">The pool is bounded and full. What a limit has queued waits for room instead.</exception>
    [OverloadResolutionPriority(-1)] // A method group that fits both is without token.
    public AbortHandle SpawnBlocking(
        TKey key, Func<CancellationToken, T> closure, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(key, Spawner.Make<T>(CurrentRuntime.Require("JoinMap.SpawnBlocking", _home), closure, TaskBody.TokenClosure, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnBlocking(TKey, Func{T}, string, string, int)"/>
    /// <param name="runtime">Whose blocking pool.</param>
    /// <param name="key">The key. A task that it has is aborted, and its result is not returned.</param>
    /// <param name="closure">The closure. Once started it can't be aborted, and disposing the map waits for it.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public AbortHandle SpawnBlockingOn(
        RuntimeHandle runtime, TKey key, Func<T> closure, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(key, Spawner.Make<T>(CurrentRuntime.Of(runtime), closure, TaskBody.Closure, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnBlocking(TKey, Func{CancellationToken, T}, string, string, int)"/>
    /// <param name="runtime">Whose blocking pool.</param>
    /// <param name="key">The key. A task that it has is aborted, and its result is not returned.</param>
    /// <param name="closure">The closure. Its token is cancelled when it is aborted, as by disposing the map, and by the runtime's shutdown. When it ends by throwing an <see cref="OperationCanceledException"/> after that, it was aborted.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    [OverloadResolutionPriority(-1)] // A method group that fits both is without token.
    public AbortHandle SpawnBlockingOn(
        RuntimeHandle runtime, TKey key, Func<CancellationToken, T> closure, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(key, Spawner.Make<T>(CurrentRuntime.Of(runtime), closure, TaskBody.TokenClosure, SpawnSite.Named(name, file, line)));
}
