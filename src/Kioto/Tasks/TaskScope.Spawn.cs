using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto;

/// <content>The ways to spawn. Written by eng/spawns.sh.</content>
public sealed partial class TaskScope
{
    /// <summary>Spawns a child on the current runtime; the delegate runs at its first poll.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">Makes the future.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The child's handle: await it for the result.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, and none was where the scope was made.</exception>
    /// <exception cref="ObjectDisposedException">The scope has ended.</exception>
    [OverloadResolutionPriority(1)]
    public JoinHandle<T> Spawn<T>(
        Func<Future<T>> future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(Spawner.Make<T>(CurrentRuntime.Require("TaskScope.Spawn", _home), future, TaskBody.FutureFunc, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="Spawn{T}(Func{Future{T}}, string, string, int)"/>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public JoinHandle<T> Spawn<T>(
        Future<T> future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(Spawner.Make(CurrentRuntime.Require("TaskScope.Spawn", _home), future, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="Spawn{T}(Func{Future{T}}, string, string, int)"/>
    /// <param name="task">Starts the Task. Aborting waits for the Task: a Task can't be unwound.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public JoinHandle<T> Spawn<T>(
        Func<Task<T>> task, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(Spawner.Make<T>(CurrentRuntime.Require("TaskScope.Spawn", _home), task, TaskBody.TaskFunc, SpawnSite.Named(name, file, line)));

    /// <summary>Spawns a child on the current runtime; the delegate runs at its first poll.</summary>
    /// <param name="future">Makes the future.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>What stops the child.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, and none was where the scope was made.</exception>
    /// <exception cref="ObjectDisposedException">The scope has ended.</exception>
    [OverloadResolutionPriority(1)]
    public AbortHandle Spawn(
        Func<Future> future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        AddVoid(Spawner.Make<Unit>(CurrentRuntime.Require("TaskScope.Spawn", _home), future, TaskBody.FutureFunc, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="Spawn(Func{Future}, string, string, int)"/>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public AbortHandle Spawn(
        Future future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        AddVoid(Spawner.Make(CurrentRuntime.Require("TaskScope.Spawn", _home), Spawner.AsUnit(future), SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="Spawn(Func{Future}, string, string, int)"/>
    /// <param name="task">Starts the Task. Aborting waits for the Task: a Task can't be unwound.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public AbortHandle Spawn(
        Func<Task> task, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        AddVoid(Spawner.Make<Unit>(CurrentRuntime.Require("TaskScope.Spawn", _home), task, TaskBody.TaskFunc, SpawnSite.Named(name, file, line)));

    /// <summary>Spawns a child on another runtime, from any thread; the delegate runs at its first poll.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="runtime">The runtime. On one that has ended the child is aborted at once.</param>
    /// <param name="future">Makes the future.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The child's handle: await it for the result.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="ObjectDisposedException">The scope has ended.</exception>
    [OverloadResolutionPriority(1)]
    public JoinHandle<T> SpawnOn<T>(
        RuntimeHandle runtime, Func<Future<T>> future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(Spawner.Make<T>(CurrentRuntime.Of(runtime), future, TaskBody.FutureFunc, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnOn{T}(RuntimeHandle, Func{Future{T}}, string, string, int)"/>
    /// <param name="runtime">The runtime. On one that has ended the child is aborted at once.</param>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public JoinHandle<T> SpawnOn<T>(
        RuntimeHandle runtime, Future<T> future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(Spawner.Make(CurrentRuntime.Of(runtime), future, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnOn{T}(RuntimeHandle, Func{Future{T}}, string, string, int)"/>
    /// <param name="runtime">The runtime. On one that has ended the child is aborted at once.</param>
    /// <param name="task">Starts the Task. Aborting waits for the Task: a Task can't be unwound.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public JoinHandle<T> SpawnOn<T>(
        RuntimeHandle runtime, Func<Task<T>> task, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(Spawner.Make<T>(CurrentRuntime.Of(runtime), task, TaskBody.TaskFunc, SpawnSite.Named(name, file, line)));

    /// <summary>Spawns a child on another runtime, from any thread; the delegate runs at its first poll.</summary>
    /// <param name="runtime">The runtime. On one that has ended the child is aborted at once.</param>
    /// <param name="future">Makes the future.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>What stops the child.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="ObjectDisposedException">The scope has ended.</exception>
    [OverloadResolutionPriority(1)]
    public AbortHandle SpawnOn(
        RuntimeHandle runtime, Func<Future> future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        AddVoid(Spawner.Make<Unit>(CurrentRuntime.Of(runtime), future, TaskBody.FutureFunc, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnOn(RuntimeHandle, Func{Future}, string, string, int)"/>
    /// <param name="runtime">The runtime. On one that has ended the child is aborted at once.</param>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public AbortHandle SpawnOn(
        RuntimeHandle runtime, Future future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        AddVoid(Spawner.Make(CurrentRuntime.Of(runtime), Spawner.AsUnit(future), SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnOn(RuntimeHandle, Func{Future}, string, string, int)"/>
    /// <param name="runtime">The runtime. On one that has ended the child is aborted at once.</param>
    /// <param name="task">Starts the Task. Aborting waits for the Task: a Task can't be unwound.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public AbortHandle SpawnOn(
        RuntimeHandle runtime, Func<Task> task, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        AddVoid(Spawner.Make<Unit>(CurrentRuntime.Of(runtime), task, TaskBody.TaskFunc, SpawnSite.Named(name, file, line)));

    /// <summary>Spawns a child on the current <see cref="LocalSet"/>; the delegate runs at its first poll.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">Makes the future.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The child's handle: await it for the result.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="InvalidOperationException">No LocalSet is running on this thread.</exception>
    /// <exception cref="ObjectDisposedException">The scope has ended.</exception>
    [OverloadResolutionPriority(1)]
    public JoinHandle<T> SpawnLocal<T>(
        Func<Future<T>> future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(Spawner.Make<T>(LocalTarget.Require("TaskScope.SpawnLocal"), future, TaskBody.FutureFunc, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnLocal{T}(Func{Future{T}}, string, string, int)"/>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public JoinHandle<T> SpawnLocal<T>(
        Future<T> future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(Spawner.Make(LocalTarget.Require("TaskScope.SpawnLocal"), future, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnLocal{T}(Func{Future{T}}, string, string, int)"/>
    /// <param name="task">Starts the Task. Aborting waits for the Task: a Task can't be unwound.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public JoinHandle<T> SpawnLocal<T>(
        Func<Task<T>> task, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(Spawner.Make<T>(LocalTarget.Require("TaskScope.SpawnLocal"), task, TaskBody.TaskFunc, SpawnSite.Named(name, file, line)));

    /// <summary>Spawns a child on the current <see cref="LocalSet"/>; the delegate runs at its first poll.</summary>
    /// <param name="future">Makes the future.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>What stops the child.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="InvalidOperationException">No LocalSet is running on this thread.</exception>
    /// <exception cref="ObjectDisposedException">The scope has ended.</exception>
    [OverloadResolutionPriority(1)]
    public AbortHandle SpawnLocal(
        Func<Future> future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        AddVoid(Spawner.Make<Unit>(LocalTarget.Require("TaskScope.SpawnLocal"), future, TaskBody.FutureFunc, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnLocal(Func{Future}, string, string, int)"/>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public AbortHandle SpawnLocal(
        Future future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        AddVoid(Spawner.Make(LocalTarget.Require("TaskScope.SpawnLocal"), Spawner.AsUnit(future), SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnLocal(Func{Future}, string, string, int)"/>
    /// <param name="task">Starts the Task. Aborting waits for the Task: a Task can't be unwound.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public AbortHandle SpawnLocal(
        Func<Task> task, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        AddVoid(Spawner.Make<Unit>(LocalTarget.Require("TaskScope.SpawnLocal"), task, TaskBody.TaskFunc, SpawnSite.Named(name, file, line)));

    /// <summary>Spawns a child on a <see cref="LocalSet"/>, from any thread; the delegate runs at its first poll.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="local">The local set. Somebody must drive it, else the child never ends.</param>
    /// <param name="future">Makes the future.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The child's handle: await it for the result.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="ObjectDisposedException">The scope has ended.</exception>
    [OverloadResolutionPriority(1)]
    public JoinHandle<T> SpawnLocalOn<T>(
        LocalSet local, Func<Future<T>> future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(Spawner.Make<T>(LocalTarget.Of(local), future, TaskBody.FutureFunc, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnLocalOn{T}(LocalSet, Func{Future{T}}, string, string, int)"/>
    /// <param name="local">The local set. Somebody must drive it, else the child never ends.</param>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public JoinHandle<T> SpawnLocalOn<T>(
        LocalSet local, Future<T> future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(Spawner.Make(LocalTarget.Of(local), future, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnLocalOn{T}(LocalSet, Func{Future{T}}, string, string, int)"/>
    /// <param name="local">The local set. Somebody must drive it, else the child never ends.</param>
    /// <param name="task">Starts the Task. Aborting waits for the Task: a Task can't be unwound.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public JoinHandle<T> SpawnLocalOn<T>(
        LocalSet local, Func<Task<T>> task, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(Spawner.Make<T>(LocalTarget.Of(local), task, TaskBody.TaskFunc, SpawnSite.Named(name, file, line)));

    /// <summary>Spawns a child on a <see cref="LocalSet"/>, from any thread; the delegate runs at its first poll.</summary>
    /// <param name="local">The local set. Somebody must drive it, else the child never ends.</param>
    /// <param name="future">Makes the future.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>What stops the child.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="ObjectDisposedException">The scope has ended.</exception>
    [OverloadResolutionPriority(1)]
    public AbortHandle SpawnLocalOn(
        LocalSet local, Func<Future> future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        AddVoid(Spawner.Make<Unit>(LocalTarget.Of(local), future, TaskBody.FutureFunc, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnLocalOn(LocalSet, Func{Future}, string, string, int)"/>
    /// <param name="local">The local set. Somebody must drive it, else the child never ends.</param>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public AbortHandle SpawnLocalOn(
        LocalSet local, Future future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        AddVoid(Spawner.Make(LocalTarget.Of(local), Spawner.AsUnit(future), SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnLocalOn(LocalSet, Func{Future}, string, string, int)"/>
    /// <param name="local">The local set. Somebody must drive it, else the child never ends.</param>
    /// <param name="task">Starts the Task. Aborting waits for the Task: a Task can't be unwound.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public AbortHandle SpawnLocalOn(
        LocalSet local, Func<Task> task, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        AddVoid(Spawner.Make<Unit>(LocalTarget.Of(local), task, TaskBody.TaskFunc, SpawnSite.Named(name, file, line)));

    /// <summary>Spawns a child on the current runtime when there is a slot for it; the delegate runs at its first poll.</summary>
    /// <remarks>
    /// First come, first served, with what <c>Spawn</c> has queued. Cancelling it leaves the queue: the child is not spawned.
    /// A child that waits here while it holds the last slot waits for itself: let it use <c>Spawn</c>.
    /// </remarks>
    /// <param name="future">Makes the future.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>A future that is ready when the child has been started. Without a limit that is at once.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, and none was where the scope was made.</exception>
    /// <exception cref="ObjectDisposedException">The scope has ended.</exception>
    [LosesPlace]
    [OverloadResolutionPriority(1)]
    public Future<AbortHandle> SpawnAsync(
        Func<Future> future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        AddAsync(Spawner.Make<Unit>(CurrentRuntime.Require("TaskScope.SpawnAsync", _home), future, TaskBody.FutureFunc, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnAsync(Func{Future}, string, string, int)"/>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    [LosesPlace]
    public Future<AbortHandle> SpawnAsync(
        Future future, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        AddAsync(Spawner.Make(CurrentRuntime.Require("TaskScope.SpawnAsync", _home), Spawner.AsUnit(future), SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnAsync(Func{Future}, string, string, int)"/>
    /// <param name="task">Starts the Task. Aborting waits for the Task: a Task can't be unwound.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    [LosesPlace]
    public Future<AbortHandle> SpawnAsync(
        Func<Task> task, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        AddAsync(Spawner.Make<Unit>(CurrentRuntime.Require("TaskScope.SpawnAsync", _home), task, TaskBody.TaskFunc, SpawnSite.Named(name, file, line)));

    /// <summary>Runs a closure that blocks or computes for long on the current runtime's blocking pool, as a child.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="closure">The closure. Once started it can't be aborted, and the end of the scope waits for it.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The child's handle: await it for the result.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, and none was where the scope was made.</exception>
    /// <exception cref="ObjectDisposedException">The scope has ended.</exception>
    /// <exception cref="BlockingQueueFullException">The pool is bounded and full. What a limit has queued waits for room instead.</exception>
    public JoinHandle<T> SpawnBlocking<T>(
        Func<T> closure, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(Spawner.Make<T>(CurrentRuntime.Require("TaskScope.SpawnBlocking", _home), closure, TaskBody.Closure, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnBlocking{T}(Func{T}, string, string, int)"/>
    /// <returns>What stops it while it is queued.</returns>
    public AbortHandle SpawnBlocking(
        Action closure, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        AddVoid(Spawner.Make<Unit>(CurrentRuntime.Require("TaskScope.SpawnBlocking", _home), closure, TaskBody.Closure, SpawnSite.Named(name, file, line)));

    /// <summary>Runs a closure that blocks or computes for long on the current runtime's blocking pool, as a child, and can be told to stop.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="closure">The closure. Its token is cancelled when it, or the scope, is aborted, as by another child's failure, and by the runtime's shutdown. When it ends by throwing an <see cref="OperationCanceledException"/> after that, it was aborted.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The child's handle: await it for the result.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, and none was where the scope was made.</exception>
    /// <exception cref="ObjectDisposedException">The scope has ended.</exception>
    /// <exception cref="BlockingQueueFullException">The pool is bounded and full. What a limit has queued waits for room instead.</exception>
    [OverloadResolutionPriority(-1)] // A method group that fits both is without token.
    public JoinHandle<T> SpawnBlocking<T>(
        Func<CancellationToken, T> closure, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Add(Spawner.Make<T>(CurrentRuntime.Require("TaskScope.SpawnBlocking", _home), closure, TaskBody.TokenClosure, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="SpawnBlocking{T}(Func{CancellationToken, T}, string, string, int)"/>
    /// <returns>What tells it to stop.</returns>
    [OverloadResolutionPriority(-1)] // A method group that fits both is without token.
    public AbortHandle SpawnBlocking(
        Action<CancellationToken> closure, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        AddVoid(Spawner.Make<Unit>(CurrentRuntime.Require("TaskScope.SpawnBlocking", _home), closure, TaskBody.TokenClosure, SpawnSite.Named(name, file, line)));

    /// <summary>Not for Tasks: it would block a thread for the delegate only, and run the rest elsewhere.</summary>
    /// <typeparam name="TTask">The type of the Task.</typeparam>
    /// <param name="closure">Use <c>Spawn</c> instead.</param>
    /// <param name="name">A name.</param>
    /// <param name="unused">Tells this overload from the others.</param>
    /// <returns>Nothing.</returns>
    [Obsolete("SpawnBlocking runs a synchronous closure. Use Spawn for Task-based code.", error: true)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(1)] // Looked at first, and dropped by its constraint, or when nothing says what TTask is.
    public AbortHandle SpawnBlocking<TTask>(Func<TTask> closure, string? name = null, object? unused = null)
        where TTask : Task => throw new NotSupportedException();

    /// <inheritdoc cref="SpawnBlocking{TTask}(Func{TTask}, string, object)"/>
    [Obsolete("SpawnBlocking runs a synchronous closure. Use Spawn for Task-based code.", error: true)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(1)] // As above.
    public AbortHandle SpawnBlocking<TTask>(Func<CancellationToken, TTask> closure, string? name = null, object? unused = null)
        where TTask : Task => throw new NotSupportedException();
}
