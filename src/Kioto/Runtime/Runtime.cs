using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>Workers, a blocking pool, timers and I/O of its own: a scheduler that a program can instantiate.</summary>
/// <remarks>As Tokio's <c>Runtime</c>. All its threads are background threads: the process can always exit.</remarks>
public sealed class Runtime : IDisposable
{
    private readonly RuntimeScheduler _scheduler;

    internal Runtime(RuntimeScheduler scheduler) => _scheduler = scheduler;

    /// <summary>Refers to this runtime without keeping it alive.</summary>
    public RuntimeHandle Handle => _scheduler.Handle;

    /// <inheritdoc cref="RuntimeHandle.Clock"/>
    public RuntimeClock Clock => Handle.Clock;

    /// <inheritdoc cref="RuntimeHandle.TimeProvider"/>
    public TimeProvider TimeProvider => Handle.TimeProvider;

    /// <inheritdoc cref="RuntimeHandle.BlockingPools"/>
    public IReadOnlyList<BlockingPool> BlockingPools => Handle.BlockingPools;

    /// <summary>Sets up a runtime whose workers steal work from one another.</summary>
    /// <returns>The builder.</returns>
    public static RuntimeBuilder CreateBuilder() => new(RuntimeFlavor.MultiThread);

    /// <summary>Sets up a runtime without threads of its own: it runs on the thread that calls BlockOn.</summary>
    /// <returns>The builder.</returns>
    public static RuntimeBuilder CreateCurrentThreadBuilder() => new(RuntimeFlavor.CurrentThread);

    /// <summary>
    /// Sets up a runtime whose workers share nothing: each has its own queue, timers and I/O driver, and keeps the tasks
    /// that were spawned on it. Nothing is stolen.
    /// </summary>
    /// <remarks>
    /// <c>Kio.Spawn</c> on a worker stays there, <see cref="SpawnOn(int, Func{Future})"/> chooses one, and spawning from
    /// elsewhere gives each task to the next worker in turn. Tasks of one worker may share data without locks. A task
    /// that computes for long delays its worker's other tasks, whatever the others do.
    /// </remarks>
    /// <returns>The builder.</returns>
    public static RuntimeBuilder CreatePerCoreBuilder() => new(RuntimeFlavor.PerCore);

    /// <summary>Runs a whole program: makes a multi-thread runtime, runs the future on it, and shuts it down.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="main">The program.</param>
    /// <returns>What the program returned; what it throws is thrown here, when the runtime has been shut down.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="main"/> is null.</exception>
    /// <exception cref="InvalidOperationException">This thread is already polling futures.</exception>
    [OverloadResolutionPriority(1)]
    public static T Run<T>(Func<Future<T>> main)
    {
        ArgumentNullException.ThrowIfNull(main);
        using Runtime runtime = CreateBuilder().Build();
        return runtime.BlockOn(main);
    }

    /// <inheritdoc cref="Run{T}(Func{Future{T}})"/>
    [OverloadResolutionPriority(1)]
    public static void Run(Func<Future> main)
    {
        ArgumentNullException.ThrowIfNull(main);
        using Runtime runtime = CreateBuilder().Build();
        runtime.BlockOn(main);
    }

    /// <inheritdoc cref="Run{T}(Func{Future{T}})"/>
    public static T Run<T>(Func<Task<T>> main)
    {
        ArgumentNullException.ThrowIfNull(main);
        using Runtime runtime = CreateBuilder().Build();
        return runtime.BlockOn(main);
    }

    /// <inheritdoc cref="Run{T}(Func{Future{T}})"/>
    public static void Run(Func<Task> main)
    {
        ArgumentNullException.ThrowIfNull(main);
        using Runtime runtime = CreateBuilder().Build();
        runtime.BlockOn(main);
    }

    /// <inheritdoc cref="RuntimeHandle.BlockOn{T}(Future{T})"/>
    public T BlockOn<T>(Future<T> future) => Handle.BlockOn(future);

    /// <inheritdoc cref="RuntimeHandle.BlockOn{T}(Future{T})"/>
    public void BlockOn(Future future) => Handle.BlockOn(future);

    /// <inheritdoc cref="RuntimeHandle.BlockOn{T}(Future{T})"/>
    [OverloadResolutionPriority(1)]
    public T BlockOn<T>(Func<Future<T>> future) => Handle.BlockOn(future);

    /// <inheritdoc cref="RuntimeHandle.BlockOn{T}(Future{T})"/>
    [OverloadResolutionPriority(1)]
    public void BlockOn(Func<Future> future) => Handle.BlockOn(future);

    /// <inheritdoc cref="RuntimeHandle.BlockOn{T}(Func{Task{T}})"/>
    public T BlockOn<T>(Func<Task<T>> task) => Handle.BlockOn(task);

    /// <inheritdoc cref="RuntimeHandle.BlockOn{T}(Func{Task{T}})"/>
    public void BlockOn(Func<Task> task) => Handle.BlockOn(task);

    /// <inheritdoc cref="RuntimeHandle.Spawn{T}(Func{Future{T}})"/>
    [OverloadResolutionPriority(1)]
    public JoinHandle<T> Spawn<T>(Func<Future<T>> future) => Handle.Spawn(future);

    /// <inheritdoc cref="RuntimeHandle.Spawn{T}(Func{Future{T}})"/>
    [OverloadResolutionPriority(1)]
    public JoinHandle Spawn(Func<Future> future) => Handle.Spawn(future);

    /// <inheritdoc cref="RuntimeHandle.Spawn{T}(Future{T})"/>
    public JoinHandle<T> Spawn<T>(Future<T> future) => Handle.Spawn(future);

    /// <inheritdoc cref="RuntimeHandle.Spawn{T}(Future{T})"/>
    public JoinHandle Spawn(Future future) => Handle.Spawn(future);

    /// <inheritdoc cref="RuntimeHandle.Spawn{T}(Func{Task{T}})"/>
    public JoinHandle<T> Spawn<T>(Func<Task<T>> task) => Handle.Spawn(task);

    /// <inheritdoc cref="RuntimeHandle.Spawn{T}(Func{Task{T}})"/>
    public JoinHandle Spawn(Func<Task> task) => Handle.Spawn(task);

    /// <inheritdoc cref="RuntimeHandle.SpawnOn{T}(int, Func{Future{T}})"/>
    [OverloadResolutionPriority(1)]
    public JoinHandle<T> SpawnOn<T>(int worker, Func<Future<T>> future) => Handle.SpawnOn(worker, future);

    /// <inheritdoc cref="RuntimeHandle.SpawnOn{T}(int, Func{Future{T}})"/>
    [OverloadResolutionPriority(1)]
    public JoinHandle SpawnOn(int worker, Func<Future> future) => Handle.SpawnOn(worker, future);

    /// <inheritdoc cref="RuntimeHandle.SpawnOn{T}(int, Func{Future{T}})"/>
    public JoinHandle<T> SpawnOn<T>(int worker, Future<T> future) => Handle.SpawnOn(worker, future);

    /// <inheritdoc cref="RuntimeHandle.SpawnOn{T}(int, Func{Future{T}})"/>
    public JoinHandle SpawnOn(int worker, Future future) => Handle.SpawnOn(worker, future);

    /// <inheritdoc cref="RuntimeHandle.SpawnBlocking{T}(Func{T})"/>
    public JoinHandle<T> SpawnBlocking<T>(Func<T> closure) => Handle.SpawnBlocking(closure);

    /// <inheritdoc cref="RuntimeHandle.SpawnBlocking{T}(Func{T})"/>
    public JoinHandle SpawnBlocking(Action closure) => Handle.SpawnBlocking(closure);

    /// <inheritdoc cref="RuntimeHandle.SpawnBlockingAsync{T}(Func{T})"/>
    [LosesPlace]
    public Future<JoinHandle<T>> SpawnBlockingAsync<T>(Func<T> closure) => Handle.SpawnBlockingAsync(closure);

    /// <inheritdoc cref="RuntimeHandle.SpawnBlockingAsync{T}(Func{T})"/>
    [LosesPlace]
    public Future<JoinHandle> SpawnBlockingAsync(Action closure) => Handle.SpawnBlockingAsync(closure);

    /// <inheritdoc cref="RuntimeHandle.SpawnBlocking{TTask}(Func{TTask}, object?)"/>
    [Obsolete("SpawnBlockingAsync runs a synchronous closure. Use Spawn for Task-based code.", error: true)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(1)] // As SpawnBlocking's.
    public Future<JoinHandle> SpawnBlockingAsync<TTask>(Func<TTask> closure, object? unused = null)
        where TTask : Task => throw new NotSupportedException();

    /// <inheritdoc cref="RuntimeHandle.BlockingPool"/>
    public BlockingPool BlockingPool(string name) => Handle.BlockingPool(name);

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

    /// <inheritdoc cref="RuntimeHandle.AsTaskScheduler"/>
    public TaskScheduler AsTaskScheduler() => Handle.AsTaskScheduler();

    /// <inheritdoc cref="RuntimeHandle.AsSynchronizationContext"/>
    public SynchronizationContext AsSynchronizationContext() => Handle.AsSynchronizationContext();

    /// <inheritdoc cref="RuntimeHandle.Enter"/>
    public EnterGuard Enter() => Handle.Enter();

    /// <summary>
    /// Shuts down: refuses new tasks, aborts all others, and waits until their cleanup has ended, at most for the
    /// cleanup grace. What still lives then is dropped, and its handles say aborted. Inside a task or BlockOn it
    /// does not wait, nor in what Task-based code of this runtime started elsewhere, as after ConfigureAwait(false): it
    /// would wait for itself. Started blocking closures run on; queued ones are dropped.
    /// </summary>
    public void Dispose()
    {
        _scheduler.BeginShutdown(_scheduler.Options.CleanupGrace);
        if (!Ambient.Current.Polling && !ReferenceEquals((Scheduler.Flowing as RuntimeScheduler)?.Root, _scheduler))
        {
            // A task that never yields can't be stopped: its thread is left behind.
            _scheduler.WaitForEnd(_scheduler.Options.CleanupGrace + TimeSpan.FromSeconds(1));
            _scheduler.BlockingPools.WaitForMandatory(_scheduler.Options.CleanupGrace);
        }
    }

    /// <summary>Begins to shut down as <see cref="Dispose"/> does, and does not wait. As Tokio's <c>shutdown_background</c>.</summary>
    public void ShutdownBackground() => _scheduler.BeginShutdown(_scheduler.Options.CleanupGrace);
}
