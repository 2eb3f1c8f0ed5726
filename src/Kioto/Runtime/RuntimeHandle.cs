using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>Refers to a runtime: spawns onto it from anywhere. Holding it does not keep the runtime alive.</summary>
/// <remarks>As Tokio's <c>Handle</c>. After the runtime's shutdown spawning gives handles that are aborted at once.</remarks>
public sealed partial class RuntimeHandle
{
    internal RuntimeHandle(RuntimeScheduler scheduler)
    {
        Scheduler = scheduler;
        Clock = new RuntimeClock(scheduler);
        TimeProvider = new RuntimeTimeProvider(scheduler);
    }

    /// <summary>The runtime of the calling thread: of the task that runs on it, of BlockOn, or of an Enter guard.</summary>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread.</exception>
    public static RuntimeHandle Current => TryCurrent ?? throw Throw.NoRuntime("RuntimeHandle.Current");

    /// <summary>The runtime of the calling thread, or null.</summary>
    public static RuntimeHandle? TryCurrent => CurrentRuntime.Find()?.Handle;

    /// <summary>
    /// Which worker of the current runtime this thread is, from 0; null on threads that are none: of the blocking pool,
    /// in BlockOn of a runtime with workers, and outside. As Tokio's <c>worker_index</c>.
    /// </summary>
    /// <remarks>
    /// The thread that drives a current-thread runtime is its worker 0. A task of a multi-thread runtime may go on on
    /// another worker after each await.
    /// </remarks>
    public static int? CurrentWorkerIndex
    {
        get
        {
            Ambient ambient = Ambient.Current;
            return ambient.Scheduler is RuntimeScheduler scheduler && scheduler.WorkerIndex(ambient) is >= 0 and int index
                ? index
                : null;
        }
    }

    /// <summary>Identifies the runtime: unique in the process.</summary>
    public RuntimeId Id { get; } = RuntimeId.Next();

    /// <summary>The name that <see cref="RuntimeBuilder.Name"/> gave, or null.</summary>
    public string? Name => Scheduler.Options.Name;

    /// <summary>How the runtime schedules its tasks.</summary>
    public RuntimeFlavor Flavor => Scheduler.Options.Flavor;

    /// <summary>The number of worker threads; 1 for a current-thread runtime.</summary>
    public int WorkerThreads => Scheduler.Options.WorkerThreads;

    /// <summary>The name of the I/O driver that was chosen: "epoll", or "none" where there is only time.</summary>
    public string DriverName => Scheduler.Driver.Driver.Name;

    /// <inheritdoc cref="Runtime.Metrics"/>
    public RuntimeMetrics Metrics
    {
        get
        {
            Scheduler.Counts!.StartTiming();
            return new RuntimeMetrics(Scheduler);
        }
    }

    /// <summary>How many threads the pool of SpawnBlocking has now.</summary>
    public int BlockingThreads => Scheduler.Blocking.ThreadCount;

    /// <summary>All blocking pools: that of SpawnBlocking first. For their figures.</summary>
    public IReadOnlyList<BlockingPool> BlockingPools => Scheduler.BlockingPools.All;

    /// <summary>
    /// Cancelled when the runtime begins to shut down, before anything is aborted: for what wants to end by itself.
    /// </summary>
    /// <remarks>
    /// Its callbacks run on a thread of their own. The shutdown waits for them before it aborts, but not for ever: see
    /// <see cref="Runtime.ShutdownAsync"/> and <see cref="Runtime.Dispose"/>.
    /// </remarks>
    public CancellationToken ShutdownToken => Scheduler.Phases.Token;

    /// <summary>
    /// How many threads of a multi-thread runtime run no worker: those that wait in reserve, and those that block in a
    /// task, whose worker has gone to another thread.
    /// </summary>
    public int ReserveThreads => (Scheduler as MultiThreadScheduler)?.Crew.ReserveCount ?? 0;

    /// <summary>How many polls go on whose worker the watchdog has taken to another thread, because they were stuck.</summary>
    internal int StuckPolls => (Scheduler as MultiThreadScheduler)?.Crew.StuckPolls ?? 0;

    /// <summary>For how long the longest of them has gone on since it was found stuck; null where there is none.</summary>
    /// <param name="task">Its task in words.</param>
    internal TimeSpan? LongestStuckPoll(out string task)
    {
        long nanos = 0;
        TaskHeader? stuck = (Scheduler as MultiThreadScheduler)?.Crew.LongestStuck(out nanos);
        task = nanos == 0 ? "" : StuckTasks.Name(stuck);
        return nanos == 0 ? null : TimeSpan.FromTicks(nanos / TimeSpan.NanosecondsPerTick);
    }

    /// <summary>The runtime's clock, which tests can pause and move if the runtime is a current-thread one.</summary>
    public RuntimeClock Clock { get; }

    /// <summary>The runtime's clock and timers for what takes a <see cref="System.TimeProvider"/>: <c>Task.Delay</c>,
    /// <c>PeriodicTimer</c>, <c>CancellationTokenSource</c> and libraries. They share a paused clock with the rest.</summary>
    /// <remarks>
    /// Callbacks run on the runtime's threads without a SynchronizationContext, so that what awaits them with
    /// ConfigureAwait(false) runs right there. Once the runtime has ended, making a timer throws
    /// <see cref="InvalidOperationException"/>, and those that were made never fire.
    /// </remarks>
    public TimeProvider TimeProvider { get; }

    internal RuntimeScheduler Scheduler { get; }

    /// <summary>Spawns a task; the delegate runs at its first poll, on a worker. Never polls inline.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">Makes the future.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The task's handle.</returns>
    [OverloadResolutionPriority(1)]
    public JoinHandle<T> Spawn<T>(
        Func<Future<T>> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn<T>(Scheduler, future, TaskBody.FutureFunc, new SpawnSite(file, line)));

    /// <inheritdoc cref="Spawn{T}(Func{Future{T}}, string, int)"/>
    [OverloadResolutionPriority(1)]
    public JoinHandle Spawn(
        Func<Future> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn<Unit>(Scheduler, future, TaskBody.FutureFunc, new SpawnSite(file, line)));

    /// <summary>Spawns a future as a task. Never polls inline.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The task's handle.</returns>
    public JoinHandle<T> Spawn<T>(
        Future<T> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn(Scheduler, future, new SpawnSite(file, line)));

    /// <inheritdoc cref="Spawn{T}(Future{T}, string, int)"/>
    public JoinHandle Spawn(
        Future future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn(Scheduler, future, new SpawnSite(file, line)));

    /// <summary>Spawns Task-based code as a task: the delegate and its continuations run on this runtime.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="task">Starts the Task; called on a worker.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The task's handle. Aborting it waits for the Task: a Task can't be unwound.</returns>
    public JoinHandle<T> Spawn<T>(
        Func<Task<T>> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn<T>(Scheduler, task, TaskBody.TaskFunc, new SpawnSite(file, line)));

    /// <inheritdoc cref="Spawn{T}(Func{Task{T}}, string, int)"/>
    public JoinHandle Spawn(
        Func<Task> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.Spawn<Unit>(Scheduler, task, TaskBody.TaskFunc, new SpawnSite(file, line)));

    /// <summary>Runs a closure that blocks or computes for long on the blocking pool.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="closure">The closure. Once started it can't be aborted.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The closure's handle.</returns>
    /// <exception cref="BlockingQueueFullException">
    /// The runtime was built with <see cref="RuntimeBuilder.MaxBlockingQueue"/>, and as many wait: await
    /// <see cref="SpawnBlockingAsync{T}(Func{T}, string, int)"/>.
    /// </exception>
    public JoinHandle<T> SpawnBlocking<T>(
        Func<T> closure, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.SpawnBlocking<T>(Scheduler, closure, new SpawnSite(file, line)));

    /// <inheritdoc cref="SpawnBlocking{T}(Func{T}, string, int)"/>
    public JoinHandle SpawnBlocking(
        Action closure, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.SpawnBlocking<Unit>(Scheduler, closure, new SpawnSite(file, line)));

    /// <summary>Runs a closure that blocks or computes for long on the blocking pool, and can be told to stop.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="closure">
    /// The closure. Its token is cancelled by <c>Abort</c> of the handle and by the runtime's shutdown. When it ends by
    /// throwing an <see cref="OperationCanceledException"/> after that, its handle says aborted.
    /// </param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The closure's handle.</returns>
    [OverloadResolutionPriority(-1)] // A method group that fits both is without token, as before there was one.
    public JoinHandle<T> SpawnBlocking<T>(
        Func<CancellationToken, T> closure, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.SpawnBlocking<T>(Scheduler, closure, new SpawnSite(file, line), TaskBody.TokenClosure));

    /// <inheritdoc cref="SpawnBlocking{T}(Func{CancellationToken, T}, string, int)"/>
    [OverloadResolutionPriority(-1)] // A method group that fits both is without token, as before there was one.
    public JoinHandle SpawnBlocking(
        Action<CancellationToken> closure, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.SpawnBlocking<Unit>(Scheduler, closure, new SpawnSite(file, line), TaskBody.TokenClosure));

    /// <summary>Waits until the blocking pool has room, then runs a closure on it. Without a bound there always is.</summary>
    /// <remarks>Cancel safety: when cancelled nothing was queued, and the place among those who wait is lost.</remarks>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="closure">The closure. Once started it can't be aborted.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The closure's handle, once it has been queued.</returns>
    [LosesPlace]
    public Future<JoinHandle<T>> SpawnBlockingAsync<T>(
        Func<T> closure, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        BlockingPools[0].SpawnAsync(closure, name: null, file, line);

    /// <inheritdoc cref="SpawnBlockingAsync{T}(Func{T}, string, int)"/>
    [LosesPlace]
    public Future<JoinHandle> SpawnBlockingAsync(
        Action closure, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        BlockingPools[0].SpawnAsync(closure, name: null, file, line);

    /// <summary>Waits until the blocking pool has room, then runs a closure on it that can be told to stop.</summary>
    /// <remarks>Cancel safety: when cancelled nothing was queued, and the place among those who wait is lost.</remarks>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="closure">
    /// The closure. Its token is cancelled by <c>Abort</c> of the handle and by the runtime's shutdown. When it ends by
    /// throwing an <see cref="OperationCanceledException"/> after that, its handle says aborted.
    /// </param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The closure's handle, once it has been queued; aborted if the runtime has been shut down.</returns>
    [LosesPlace]
    [OverloadResolutionPriority(-1)] // A method group that fits both is without token.
    public Future<JoinHandle<T>> SpawnBlockingAsync<T>(
        Func<CancellationToken, T> closure, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        BlockingPools[0].SpawnAsync(closure, name: null, file, line);

    /// <inheritdoc cref="SpawnBlockingAsync{T}(Func{CancellationToken, T}, string, int)"/>
    [LosesPlace]
    [OverloadResolutionPriority(-1)] // A method group that fits both is without token.
    public Future<JoinHandle> SpawnBlockingAsync(
        Action<CancellationToken> closure, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        BlockingPools[0].SpawnAsync(closure, name: null, file, line);

    /// <inheritdoc cref="SpawnBlocking{TTask}(Func{TTask}, object?)"/>
    [Obsolete("SpawnBlockingAsync runs a synchronous closure. Use Spawn for Task-based code.", error: true)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(1)] // As SpawnBlocking's.
    public Future<JoinHandle> SpawnBlockingAsync<TTask>(Func<TTask> closure, object? unused = null)
        where TTask : Task => throw new NotSupportedException();

    /// <inheritdoc cref="RuntimeHandle.SpawnBlocking{TTask}(Func{TTask}, object?)"/>
    [Obsolete("SpawnBlockingAsync runs a synchronous closure. Use Spawn for Task-based code.", error: true)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(1)] // As above.
    public Future<JoinHandle> SpawnBlockingAsync<TTask>(Func<CancellationToken, TTask> closure, object? unused = null)
        where TTask : Task => throw new NotSupportedException();

    /// <summary>A blocking pool of this runtime: "io", "cpu", or one made with <see cref="RuntimeBuilder.BlockingPool"/>.</summary>
    /// <param name="name">The pool's name.</param>
    /// <returns>The pool.</returns>
    /// <exception cref="ArgumentException">There is none; the message lists those that there are.</exception>
    public BlockingPool BlockingPool(string name) => Scheduler.BlockingPools.Get(name);

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

    /// <summary>
    /// This runtime as a <see cref="TaskScheduler"/>: <c>Task.Factory.StartNew</c>, <c>Parallel</c>, Dataflow blocks and
    /// whatever else takes one run on its workers. Always the same object.
    /// </summary>
    /// <remarks>
    /// <para>Each Task is a work item of its own on the runtime's queues. What it awaits comes back to the scheduler, as
    /// with any other one, unless it says <c>ConfigureAwait(false)</c>. A Task that is waited for by blocking runs at
    /// once if this thread is one of the runtime's workers. <c>TaskCreationOptions.LongRunning</c> goes to the blocking
    /// pool, within its limit. A current-thread runtime runs Tasks only while some thread is in BlockOn.</para>
    /// <para>After the runtime's end queueing a Task throws <see cref="ObjectDisposedException"/>, which .NET wraps in a
    /// <see cref="TaskSchedulerException"/>. What was queued before, and what such Tasks await or start, goes on
    /// on the .NET thread pool: a Task that never ended would be worse.</para>
    /// </remarks>
    /// <returns>The scheduler.</returns>
    public TaskScheduler AsTaskScheduler() => Scheduler.TaskScheduler;

    /// <summary>
    /// This runtime as a <see cref="SynchronizationContext"/>: what workers, and BlockOn, have as the current one.
    /// </summary>
    /// <remarks>
    /// <para><c>Post</c> makes the callback a work item of its own on the runtime's queues; what it throws goes to
    /// <c>RuntimeBuilder.OnUnhandledFailure</c>. After the runtime's end it goes to the .NET thread pool.</para>
    /// <para><c>Send</c> runs the callback at once on the runtime's threads; elsewhere it blocks until the callback has
    /// run there, and throws what it threw. On a thread that polls futures of something else it throws
    /// <see cref="InvalidOperationException"/> instead of blocking.</para>
    /// <para>On a per-core runtime this one gives what is posted to the workers in turn; what runs on a worker has the
    /// worker's own as the current one, which keeps it there.</para>
    /// </remarks>
    /// <returns>The context. Always the same object.</returns>
    public SynchronizationContext AsSynchronizationContext() => Scheduler.Context;

    /// <inheritdoc cref="Runtime.Dump"/>
    public RuntimeDump Dump() => RuntimeDumper.Take(Scheduler);

    /// <summary>Makes this runtime the current thread's until the guard is disposed: spawning and I/O find it.</summary>
    /// <returns>The guard; dispose guards in reverse order, on the thread that entered.</returns>
    public EnterGuard Enter() => new(Scheduler);
}
