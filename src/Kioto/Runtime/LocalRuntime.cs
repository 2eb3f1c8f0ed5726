using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>A current-thread runtime that belongs to the thread that built it: what its tasks share needs no locks.</summary>
/// <remarks>
/// As Tokio's <c>LocalRuntime</c>. Its tasks run while its thread is in BlockOn, and on no other thread, ever.
/// <c>Kio.SpawnLocal</c> works inside without a <see cref="LocalSet"/>; driving a LocalSet inside throws.
/// <para>Every member throws <see cref="InvalidOperationException"/> on another thread, except <see cref="Handle"/>,
/// through which others may spawn onto it and wake what waits on it, and what only looks: <see cref="Metrics"/>,
/// <see cref="Dump"/>, <see cref="ShutdownToken"/>.</para>
/// </remarks>
public sealed class LocalRuntime : IDisposable
{
    private readonly CurrentThreadScheduler _scheduler;
    private readonly RuntimeOwner _owner;
    private readonly Thread _thread = Thread.CurrentThread;

    internal LocalRuntime(CurrentThreadScheduler scheduler)
    {
        _scheduler = scheduler;
        _owner = new RuntimeOwner(scheduler);
    }

    /// <summary>Refers to this runtime, on any thread, without keeping it alive.</summary>
    public RuntimeHandle Handle => _scheduler.Handle;

    /// <inheritdoc cref="RuntimeHandle.Clock"/>
    public RuntimeClock Clock => Handle.Clock;

    /// <inheritdoc cref="RuntimeHandle.TimeProvider"/>
    public TimeProvider TimeProvider => Handle.TimeProvider;

    /// <summary>The runtime's figures, on any thread. See <see cref="Runtime.Metrics"/>.</summary>
    public RuntimeMetrics Metrics => Handle.Metrics;

    /// <summary>Runs a future, and the runtime's tasks, on the calling thread, which blocks until the future has completed.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">The future.</param>
    /// <returns>The result; what the future throws is thrown here.</returns>
    /// <exception cref="InvalidOperationException">
    /// This thread is already polling futures, or it is not the runtime's thread.
    /// </exception>
    public T BlockOn<T>(Future<T> future) => Here().BlockOn(future);

    /// <inheritdoc cref="BlockOn{T}(Future{T})"/>
    public void BlockOn(Future future) => Here().BlockOn(future);

    /// <inheritdoc cref="BlockOn{T}(Future{T})"/>
    [OverloadResolutionPriority(1)]
    public T BlockOn<T>(Func<Future<T>> future) => Here().BlockOn(future);

    /// <inheritdoc cref="BlockOn{T}(Future{T})"/>
    [OverloadResolutionPriority(1)]
    public void BlockOn(Func<Future> future) => Here().BlockOn(future);

    /// <inheritdoc cref="RuntimeHandle.BlockOn{T}(Func{Task{T}})"/>
    public T BlockOn<T>(Func<Task<T>> task) => Here().BlockOn(task);

    /// <inheritdoc cref="RuntimeHandle.BlockOn{T}(Func{Task{T}})"/>
    public void BlockOn(Func<Task> task) => Here().BlockOn(task);

    /// <summary>Spawns a task; the delegate runs at its first poll, on the runtime's thread. Never polls inline.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">Makes the future.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The task's handle.</returns>
    /// <exception cref="InvalidOperationException">This is not the runtime's thread: there use <see cref="Handle"/>.</exception>
    [OverloadResolutionPriority(1)]
    public JoinHandle<T> SpawnLocal<T>(
        Func<Future<T>> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Here().Spawn(future, file, line);

    /// <inheritdoc cref="SpawnLocal{T}(Func{Future{T}}, string, int)"/>
    [OverloadResolutionPriority(1)]
    public JoinHandle SpawnLocal(
        Func<Future> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Here().Spawn(future, file, line);

    /// <inheritdoc cref="SpawnLocal{T}(Func{Future{T}}, string, int)"/>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    public JoinHandle<T> SpawnLocal<T>(
        Future<T> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Here().Spawn(future, file, line);

    /// <inheritdoc cref="SpawnLocal{T}(Future{T}, string, int)"/>
    public JoinHandle SpawnLocal(
        Future future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Here().Spawn(future, file, line);

    /// <inheritdoc cref="RuntimeHandle.Spawn{T}(Func{Task{T}}, string, int)"/>
    public JoinHandle<T> SpawnLocal<T>(
        Func<Task<T>> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Here().Spawn(task, file, line);

    /// <inheritdoc cref="RuntimeHandle.Spawn{T}(Func{Task{T}}, string, int)"/>
    public JoinHandle SpawnLocal(
        Func<Task> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Here().Spawn(task, file, line);

    /// <inheritdoc cref="RuntimeHandle.SpawnBlocking{T}(Func{T}, string, int)"/>
    public JoinHandle<T> SpawnBlocking<T>(
        Func<T> closure, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Here().SpawnBlocking(closure, file, line);

    /// <inheritdoc cref="RuntimeHandle.SpawnBlocking{T}(Func{T}, string, int)"/>
    public JoinHandle SpawnBlocking(
        Action closure, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Here().SpawnBlocking(closure, file, line);

    /// <inheritdoc cref="Runtime.SpawnBlocking{T}(Func{CancellationToken, T}, string, int)"/>
    [OverloadResolutionPriority(-1)] // A method group that fits both is without token.
    public JoinHandle<T> SpawnBlocking<T>(
        Func<CancellationToken, T> closure, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Here().SpawnBlocking(closure, file, line);

    /// <inheritdoc cref="Runtime.SpawnBlocking{T}(Func{CancellationToken, T}, string, int)"/>
    [OverloadResolutionPriority(-1)] // A method group that fits both is without token.
    public JoinHandle SpawnBlocking(
        Action<CancellationToken> closure, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Here().SpawnBlocking(closure, file, line);

    /// <summary>Not for Tasks: it would block a thread for the delegate only, and run the rest elsewhere.</summary>
    /// <typeparam name="TTask">The type of the Task.</typeparam>
    /// <param name="closure">Use <c>SpawnLocal</c> instead.</param>
    /// <param name="unused">Tells this overload from the others.</param>
    /// <returns>Nothing.</returns>
    [Obsolete("SpawnBlocking runs a synchronous closure. Use SpawnLocal for Task-based code.", error: true)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(1)] // Looked at first, and dropped by its constraint, or when nothing says what TTask is.
    public JoinHandle SpawnBlocking<TTask>(Func<TTask> closure, object? unused = null)
        where TTask : Task => throw new NotSupportedException();

    /// <inheritdoc cref="SpawnBlocking{TTask}(Func{TTask}, object)"/>
    [Obsolete("SpawnBlocking runs a synchronous closure. Use SpawnLocal for Task-based code.", error: true)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(1)] // As above.
    public JoinHandle SpawnBlocking<TTask>(Func<CancellationToken, TTask> closure, object? unused = null)
        where TTask : Task => throw new NotSupportedException();

    /// <inheritdoc cref="RuntimeHandle.Enter"/>
    /// <exception cref="InvalidOperationException">This is not the runtime's thread.</exception>
    public EnterGuard Enter() => Here().Enter();

    /// <inheritdoc cref="Runtime.Dump"/>
    public RuntimeDump Dump() => Handle.Dump();

    /// <inheritdoc cref="RuntimeHandle.ShutdownToken"/>
    public CancellationToken ShutdownToken => Handle.ShutdownToken;

    /// <summary>
    /// Shuts down in phases, as <see cref="Runtime.ShutdownAsync"/> does. Its tasks end and clean up on this thread, while
    /// it is in BlockOn: await the report there. What lives when the kill time is over while the thread is elsewhere is
    /// reported, and dropped by its next BlockOn or <see cref="Dispose"/>.
    /// </summary>
    /// <param name="grace">How long what runs may end by itself; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> is for ever.</param>
    /// <param name="kill">How long cleanup may take after that.</param>
    /// <returns>The report: what had to be aborted, what was dropped, and which closures still run.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A time is negative.</exception>
    /// <exception cref="InvalidOperationException">This is not the runtime's thread.</exception>
    public Task<ShutdownReport> ShutdownAsync(TimeSpan grace, TimeSpan kill)
    {
        Here();
        return AsRuntime().ShutdownAsync(grace, kill);
    }

    /// <summary>
    /// Aborts everything, cleans up on this thread, and waits until started blocking closures have ended, for the timeout
    /// at most. As Tokio's <c>shutdown_timeout</c>. It does not wait on a thread that polls futures: inside the runtime's
    /// own BlockOn that cleans up before it returns; inside another runtime's task, what would have to wait is dropped.
    /// </summary>
    /// <param name="timeout">How long it may take.</param>
    /// <returns>The report; where it does not wait, of everything that lived before.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative.</exception>
    /// <exception cref="InvalidOperationException">This is not the runtime's thread.</exception>
    public ShutdownReport ShutdownTimeout(TimeSpan timeout)
    {
        Here();
        return AsRuntime().ShutdownTimeout(timeout);
    }

    /// <summary>
    /// Shuts down without waiting, as Tokio's <c>shutdown_background</c>: cleanup runs on this thread, at once, and what
    /// would have to wait in it is dropped; started blocking closures run on, their tokens cancelled. Inside the
    /// runtime's own BlockOn that cleans up before it returns, for the cleanup grace at most.
    /// </summary>
    /// <exception cref="InvalidOperationException">This is not the runtime's thread.</exception>
    public void ShutdownBackground()
    {
        Here();
        AsRuntime().ShutdownBackground();
    }

    /// <summary>
    /// Shuts down as <see cref="Runtime.Dispose"/> does: all cleanup runs on this thread. Inside the runtime's own
    /// BlockOn that happens when BlockOn is about to return; inside another runtime's task, at once, and what would have
    /// to wait is dropped.
    /// </summary>
    /// <exception cref="InvalidOperationException">This is not the runtime's thread, and that one is alive.</exception>
    public void Dispose()
    {
        // A thread that has ended uses its data no more: whoever disposes stands in for it.
        if (_thread.IsAlive)
        {
            Here();
        }

        AsRuntime().Dispose();
    }

    /// <summary>The same runtime for what takes any, and keeps to the thread.</summary>
    /// <returns>The runtime; disposing it disposes this one.</returns>
    internal Runtime AsRuntime() => new(_scheduler, _owner);

    private RuntimeHandle Here() => ReferenceEquals(Thread.CurrentThread, _thread) ? Handle : throw Elsewhere();

    private InvalidOperationException Elsewhere() => new(_thread.IsAlive
        ? "This LocalRuntime belongs to another thread: the one that built it. Use it there; from here spawn onto it " +
            "with its Handle."
        : "This LocalRuntime belongs to another thread, the one that built it, which has ended: nothing runs here any " +
            "more. Dispose it.");
}
