using System;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>Tasks that all run on one thread, so that they may share data that is not thread-safe.</summary>
/// <remarks>
/// As Tokio's <c>LocalSet</c>. Its tasks make progress only while <see cref="BlockOn{T}(Runtime, Future{T})"/> or a
/// <see cref="RunUntilAsync{T}(Future{T})"/> future drives it; those that are left over wait for the next time.
/// <para><em>One thread</em>: the first thread that drives the set is its thread. Driving or disposing it on another one
/// throws <see cref="InvalidOperationException"/>; so a RunUntilAsync future belongs in BlockOn, on a current-thread
/// runtime or in another set, but not in a task that workers may pass around. Spawning and waking are possible from
/// every thread: what is spawned runs on the set's.</para>
/// <para><em>Fairness</em>: after 61 polls of its tasks the set lets the others of the runtime run.</para>
/// <para><em>Escaping</em>: <c>Kio.Spawn</c> and <c>Kio.SpawnBlocking</c> inside go to the runtime that drives the set;
/// so do timers, which fire only while that runtime lives.</para>
/// </remarks>
public sealed class LocalSet : IDisposable
{
    private readonly LocalSetScheduler _scheduler;
    private readonly Lock _runtimeLock = new();

    // INVARIANT: written under the lock, once.
    private Runtime? _runtime;

    /// <summary>Makes a set whose tasks' failures go, where nobody observes them, to the runtime that drives it.</summary>
    public LocalSet() => _scheduler = new LocalSetScheduler();

    /// <summary>Makes a set with a policy of its own. As Tokio's <c>LocalSet::unhandled_panic</c>.</summary>
    /// <param name="options">How it treats its tasks.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The options contradict each other.</exception>
    public LocalSet(LocalSetOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _scheduler = new LocalSetScheduler(FailurePolicy.Of(options.UnhandledFailures, options.OnUnhandledFailure));
    }

    /// <summary>Identifies the set: no other set and no runtime of the process has it. As Tokio's <c>id</c>.</summary>
    public RuntimeId Id { get; } = RuntimeId.Next();

    internal LocalSetScheduler Scheduler => _scheduler;

    /// <summary>Spawns a task on this set; the delegate runs at its first poll, on the set's thread.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">Makes the future.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The task's handle. On a set that has been disposed it is aborted at once.</returns>
    [OverloadResolutionPriority(1)]
    public JoinHandle<T> SpawnLocal<T>(
        Func<Future<T>> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(_scheduler.Spawn<T>(future, TaskBody.FutureFunc, new SpawnSite(file, line)));

    /// <inheritdoc cref="SpawnLocal{T}(Func{Future{T}}, string, int)"/>
    [OverloadResolutionPriority(1)]
    public JoinHandle SpawnLocal(
        Func<Future> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(_scheduler.Spawn<Unit>(future, TaskBody.FutureFunc, new SpawnSite(file, line)));

    /// <summary>Spawns a future as a task on this set.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The task's handle. On a set that has been disposed it is aborted at once.</returns>
    public JoinHandle<T> SpawnLocal<T>(
        Future<T> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(_scheduler.Spawn(future, new SpawnSite(file, line)));

    /// <inheritdoc cref="SpawnLocal{T}(Future{T}, string, int)"/>
    public JoinHandle SpawnLocal(
        Future future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(_scheduler.Spawn(Spawner.AsUnit(future), new SpawnSite(file, line)));

    /// <summary>Spawns Task-based code as a task: the delegate and its continuations run on the set's thread.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="task">Starts the Task; called on the set's thread.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The task's handle. Aborting it waits for the Task: a Task can't be unwound.</returns>
    public JoinHandle<T> SpawnLocal<T>(
        Func<Task<T>> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(_scheduler.Spawn<T>(task, TaskBody.TaskFunc, new SpawnSite(file, line)));

    /// <inheritdoc cref="SpawnLocal{T}(Func{Task{T}}, string, int)"/>
    public JoinHandle SpawnLocal(
        Func<Task> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(_scheduler.Spawn<Unit>(task, TaskBody.TaskFunc, new SpawnSite(file, line)));

    /// <summary>Runs a future inside this set, and the set's tasks with it, until the future has completed.</summary>
    /// <remarks>
    /// Cancelling it cancels the future, whose cleanup the set still runs; then the set is no longer driven and its
    /// tasks stay. Inside it <c>Kio.SpawnLocal</c> finds this set. Several may be awaited at once on the set's thread.
    /// </remarks>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <returns>
    /// The result. Awaiting it throws what the future throws, <see cref="InvalidOperationException"/> on another thread
    /// than the set's, and <see cref="ObjectDisposedException"/> once the set has been disposed.
    /// </returns>
    [NotCancelSafe]
    public Future<T> RunUntilAsync<T>(Future<T> future) =>
        future.Source is null ? future : LocalSetRunLeaf<T>.Await(_scheduler, Spawner.Cell(future, Ambient.Current, default, detached: false));

    /// <inheritdoc cref="RunUntilAsync{T}(Future{T})"/>
    [NotCancelSafe]
    public Future RunUntilAsync(Future future) => WithoutResult(RunUntilAsync(Spawner.AsUnit(future)));

    /// <inheritdoc cref="RunUntilAsync{T}(Future{T})"/>
    /// <param name="future">Makes the future; called inside the set.</param>
    [OverloadResolutionPriority(1)]
    [NotCancelSafe]
    public Future<T> RunUntilAsync<T>(Func<Future<T>> future)
    {
        ArgumentNullException.ThrowIfNull(future);
        return LocalSetRunLeaf<T>.Await(_scheduler, new TaskCell<T>(future, TaskBody.FutureFunc, Ambient.Current, default));
    }

    /// <inheritdoc cref="RunUntilAsync{T}(Func{Future{T}})"/>
    [OverloadResolutionPriority(1)]
    [NotCancelSafe]
    public Future RunUntilAsync(Func<Future> future)
    {
        ArgumentNullException.ThrowIfNull(future);
        return WithoutResult(LocalSetRunLeaf<Unit>.Await(_scheduler, new TaskCell<Unit>(future, TaskBody.FutureFunc, Ambient.Current, default)));
    }

    /// <summary>Runs Task-based code inside this set, and the set's tasks with it, until its Task has ended.</summary>
    /// <remarks>
    /// As <see cref="RunUntilAsync{T}(Future{T})"/>: the delegate and its continuations run on the set's thread. Cancelling
    /// it waits for the Task: a Task can't be unwound.
    /// </remarks>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="task">Starts the Task; called inside the set.</param>
    /// <returns>The result, as that of <see cref="RunUntilAsync{T}(Future{T})"/>.</returns>
    [NotCancelSafe]
    public Future<T> RunUntilAsync<T>(Func<Task<T>> task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return LocalSetRunLeaf<T>.Await(_scheduler, new TaskCell<T>(task, TaskBody.TaskFunc, Ambient.Current, default));
    }

    /// <inheritdoc cref="RunUntilAsync{T}(Func{Task{T}})"/>
    [NotCancelSafe]
    public Future RunUntilAsync(Func<Task> task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return WithoutResult(LocalSetRunLeaf<Unit>.Await(_scheduler, new TaskCell<Unit>(task, TaskBody.TaskFunc, Ambient.Current, default)));
    }

    /// <summary>Runs the set's tasks until none is left, also of those that they spawn. As awaiting Tokio's <c>LocalSet</c>.</summary>
    /// <remarks>
    /// Futures that other calls drive the set with don't count. Cancelling it leaves the tasks for the next time. On a
    /// set without tasks it completes at once.
    /// </remarks>
    /// <returns>The future to await, as that of <see cref="RunUntilAsync{T}(Future{T})"/>.</returns>
    [CancelSafe]
    public Future RunUntilEmptyAsync() => WithoutResult(RunUntilAsync(new LocalSetEmpty(_scheduler).AsFuture()));

    /// <summary>Makes this set the current thread's until the guard is disposed: <c>Kio.SpawnLocal</c> finds it.</summary>
    /// <remarks>As Tokio's <c>LocalSet::enter</c>. It drives nothing: what is spawned runs when the set is driven.</remarks>
    /// <returns>The guard; dispose guards in reverse order, on the thread that entered, before the next await.</returns>
    public EnterGuard Enter() => new(_scheduler);

    /// <summary>Runs a future and the set's tasks on the calling thread, which blocks until the future has completed.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="runtime">Whose timers, I/O and blocking pool the tasks use, and where <c>Kio.Spawn</c> spawns.</param>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <returns>The result; what the future throws is thrown here.</returns>
    /// <exception cref="InvalidOperationException">
    /// This thread is already polling futures, or another thread drove the set before.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The set has been disposed.</exception>
    public T BlockOn<T>(Runtime runtime, Future<T> future)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        return runtime.BlockOn(RunUntilAsync(future));
    }

    /// <inheritdoc cref="BlockOn{T}(Runtime, Future{T})"/>
    public void BlockOn(Runtime runtime, Future future)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        runtime.BlockOn(RunUntilAsync(future));
    }

    /// <inheritdoc cref="BlockOn{T}(Runtime, Future{T})"/>
    /// <param name="runtime">Whose timers, I/O and blocking pool the tasks use, and where <c>Kio.Spawn</c> spawns.</param>
    /// <param name="future">Makes the future; called inside the set.</param>
    [OverloadResolutionPriority(1)]
    public T BlockOn<T>(Runtime runtime, Func<Future<T>> future)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        return runtime.BlockOn(RunUntilAsync(future));
    }

    /// <inheritdoc cref="BlockOn{T}(Runtime, Func{Future{T}})"/>
    [OverloadResolutionPriority(1)]
    public void BlockOn(Runtime runtime, Func<Future> future)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        runtime.BlockOn(RunUntilAsync(future));
    }

    /// <inheritdoc cref="BlockOn{T}(Runtime, Future{T})"/>
    /// <param name="runtime">Whose timers, I/O and blocking pool the tasks use, and where <c>Kio.Spawn</c> spawns.</param>
    /// <param name="task">Starts the Task; called inside the set.</param>
    public T BlockOn<T>(Runtime runtime, Func<Task<T>> task)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        return runtime.BlockOn(RunUntilAsync(task));
    }

    /// <inheritdoc cref="BlockOn{T}(Runtime, Func{Task{T}})"/>
    public void BlockOn(Runtime runtime, Func<Task> task)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        runtime.BlockOn(RunUntilAsync(task));
    }

    /// <summary>
    /// Runs a future and the set's tasks on the calling thread, on a current-thread runtime of the set's own, which
    /// lives as long as the set.
    /// </summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <returns>The result; what the future throws is thrown here.</returns>
    /// <exception cref="InvalidOperationException">
    /// This thread is already polling futures, or another thread drove the set before.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The set has been disposed.</exception>
    public T BlockOn<T>(Future<T> future) => BlockOn(OwnRuntime(), future);

    /// <inheritdoc cref="BlockOn{T}(Future{T})"/>
    public void BlockOn(Future future) => BlockOn(OwnRuntime(), future);

    /// <inheritdoc cref="BlockOn{T}(Future{T})"/>
    /// <param name="future">Makes the future; called inside the set.</param>
    [OverloadResolutionPriority(1)]
    public T BlockOn<T>(Func<Future<T>> future) => BlockOn(OwnRuntime(), future);

    /// <inheritdoc cref="BlockOn{T}(Func{Future{T}})"/>
    [OverloadResolutionPriority(1)]
    public void BlockOn(Func<Future> future) => BlockOn(OwnRuntime(), future);

    /// <inheritdoc cref="BlockOn{T}(Future{T})"/>
    /// <param name="task">Starts the Task; called inside the set.</param>
    public T BlockOn<T>(Func<Task<T>> task) => BlockOn(OwnRuntime(), task);

    /// <inheritdoc cref="BlockOn{T}(Func{Task{T}})"/>
    public void BlockOn(Func<Task> task) => BlockOn(OwnRuntime(), task);

    /// <summary>
    /// Aborts all tasks and runs their cleanup on this thread as far as it goes without waiting; what still lives then
    /// is dropped. All handles say aborted. Inside one of the set's own tasks this happens when that task suspends.
    /// </summary>
    /// <exception cref="InvalidOperationException">This is not the set's thread, and that one is alive.</exception>
    public void Dispose()
    {
        _scheduler.Dispose();
        Runtime? runtime;
        using (_runtimeLock.EnterScope())
        {
            runtime = _runtime;
        }

        runtime?.Dispose();
    }

    private static Future WithoutResult(Future<Unit> future) =>
        future.Source is { } source ? new Future(source, future.Token) : Future.Completed;

    private Runtime OwnRuntime()
    {
        using (_runtimeLock.EnterScope())
        {
            ObjectDisposedException.ThrowIf(_scheduler.IsClosed, this);
            return _runtime ??= Runtime.CreateCurrentThreadBuilder().Build();
        }
    }
}
