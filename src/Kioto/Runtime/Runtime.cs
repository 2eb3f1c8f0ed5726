using System;
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

    /// <summary>Sets up a runtime whose workers steal work from one another.</summary>
    /// <returns>The builder.</returns>
    public static RuntimeBuilder CreateBuilder() => new(multiThread: true);

    /// <summary>Sets up a runtime without threads of its own: it runs on the thread that calls BlockOn.</summary>
    /// <returns>The builder.</returns>
    public static RuntimeBuilder CreateCurrentThreadBuilder() => new(multiThread: false);

    /// <summary>Runs a whole program: makes a multi-thread runtime, runs the future on it, and shuts it down.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="main">The program.</param>
    /// <returns>What the program returned.</returns>
    [OverloadResolutionPriority(1)]
    public static T Run<T>(Func<Future<T>> main)
    {
        using Runtime runtime = CreateBuilder().Build();
        return runtime.BlockOn(main);
    }

    /// <inheritdoc cref="Run{T}(Func{Future{T}})"/>
    [OverloadResolutionPriority(1)]
    public static void Run(Func<Future> main)
    {
        using Runtime runtime = CreateBuilder().Build();
        runtime.BlockOn(main);
    }

    /// <inheritdoc cref="Run{T}(Func{Future{T}})"/>
    public static T Run<T>(Func<Task<T>> main)
    {
        using Runtime runtime = CreateBuilder().Build();
        return runtime.BlockOn(main);
    }

    /// <inheritdoc cref="Run{T}(Func{Future{T}})"/>
    public static void Run(Func<Task> main)
    {
        using Runtime runtime = CreateBuilder().Build();
        runtime.BlockOn(main);
    }

    /// <summary>Runs a future on the calling thread, which blocks until it has completed.</summary>
    /// <remarks>
    /// <para>The future is not a task of a worker. On a current-thread runtime this also runs the spawned tasks.</para>
    /// <para>Inside a task of a multi-thread runtime, of this one or of another, it blocks the task, and what else the
    /// task awaits at the same time; the worker's other tasks go on on another thread, as with
    /// <see cref="Kio.BlockInPlace(Action)"/>. Awaiting is cheaper.</para>
    /// </remarks>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">The future.</param>
    /// <returns>The result; what the future throws is thrown here.</returns>
    /// <exception cref="InvalidOperationException">
    /// This thread drives a current-thread runtime or a <see cref="LocalSet"/>, whose tasks nobody else could run.
    /// </exception>
    public T BlockOn<T>(Future<T> future)
    {
        BlockingScope.ThrowIfBound("BlockOn");
        if (future.Source is not { } source)
        {
            return future.Value;
        }

        source.CheckFresh(future.Token);
        BlockOnStrand strand = new(source, future.Token);
        using (BlockingScope.Begin("BlockOn"))
        {
            _scheduler.BlockOn(strand);
        }

        return source.GetResult(future.Token);
    }

    /// <inheritdoc cref="BlockOn{T}(Future{T})"/>
    public void BlockOn(Future future) => BlockOn(Spawner.AsUnit(future));

    /// <inheritdoc cref="BlockOn{T}(Future{T})"/>
    [OverloadResolutionPriority(1)]
    public T BlockOn<T>(Func<Future<T>> future)
    {
        ArgumentNullException.ThrowIfNull(future);
        return BlockOn(Call(future));
    }

    /// <inheritdoc cref="BlockOn{T}(Future{T})"/>
    [OverloadResolutionPriority(1)]
    public void BlockOn(Func<Future> future)
    {
        ArgumentNullException.ThrowIfNull(future);
        BlockOn(Call(future));
    }

    /// <summary>Runs Task-based code as a task of the runtime; the calling thread blocks until it has ended.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="task">Starts the Task.</param>
    /// <returns>The result; what the Task throws is thrown here.</returns>
    public T BlockOn<T>(Func<Task<T>> task)
    {
        BlockingScope.ThrowIfBound("BlockOn");
        return BlockOn(Handle.Spawn(task).AsFuture());
    }

    /// <inheritdoc cref="BlockOn{T}(Func{Task{T}})"/>
    public void BlockOn(Func<Task> task)
    {
        BlockingScope.ThrowIfBound("BlockOn");
        BlockOn(Handle.Spawn(task).AsFuture());
    }

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

    /// <inheritdoc cref="RuntimeHandle.SpawnBlocking{T}(Func{T})"/>
    public JoinHandle<T> SpawnBlocking<T>(Func<T> closure) => Handle.SpawnBlocking(closure);

    /// <inheritdoc cref="RuntimeHandle.SpawnBlocking{T}(Func{T})"/>
    public JoinHandle SpawnBlocking(Action closure) => Handle.SpawnBlocking(closure);

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
    /// cleanup grace. What still lives then is dropped, and its handles say aborted. Inside a task, of whatever
    /// runtime, or BlockOn it does not wait. Started blocking closures run on; queued ones are dropped.
    /// </summary>
    public void Dispose()
    {
        _scheduler.BeginShutdown(_scheduler.Options.CleanupGrace);
        Ambient ambient = Ambient.Current;
        if (!ambient.Polling && !ReferenceEquals(ambient.Home, _scheduler))
        {
            // A task that never yields can't be stopped: its thread is left behind.
            _scheduler.WaitForEnd(_scheduler.Options.CleanupGrace + TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>Begins to shut down as <see cref="Dispose"/> does, and does not wait. As Tokio's <c>shutdown_background</c>.</summary>
    public void ShutdownBackground() => _scheduler.BeginShutdown(_scheduler.Options.CleanupGrace);

    // The delegate of an async lambda only makes a frame; any other may use the runtime already.
    private TFuture Call<TFuture>(Func<TFuture> make)
    {
        BlockingScope.ThrowIfBound("BlockOn");
        using EnterGuard guard = Enter();
        return make();
    }
}
