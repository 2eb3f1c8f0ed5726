using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>Refers to a runtime: spawns onto it from anywhere. Holding it does not keep the runtime alive.</summary>
/// <remarks>As Tokio's <c>Handle</c>. After the runtime's shutdown spawning gives handles that are aborted at once.</remarks>
public sealed class RuntimeHandle
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

    /// <summary>The number of worker threads; 1 for a current-thread runtime.</summary>
    public int WorkerThreads => Scheduler.Options.WorkerThreads;

    /// <summary>The name of the I/O driver that was chosen: "epoll", or "none" where there is only time.</summary>
    public string DriverName => Scheduler.Driver.Driver.Name;

    /// <summary>How many threads the blocking pool has now.</summary>
    public int BlockingThreads => Scheduler.Blocking.ThreadCount;

    /// <summary>
    /// How many threads of a multi-thread runtime run no worker: those that wait in reserve, and those that block in a
    /// task, whose worker has gone to another thread.
    /// </summary>
    public int ReserveThreads => (Scheduler as MultiThreadScheduler)?.Crew.ReserveCount ?? 0;

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
    /// <returns>The task's handle.</returns>
    [OverloadResolutionPriority(1)]
    public JoinHandle<T> Spawn<T>(Func<Future<T>> future) => new(Spawner.Spawn<T>(Scheduler, future, TaskBody.FutureFunc));

    /// <inheritdoc cref="Spawn{T}(Func{Future{T}})"/>
    [OverloadResolutionPriority(1)]
    public JoinHandle Spawn(Func<Future> future) => new(Spawner.Spawn<Unit>(Scheduler, future, TaskBody.FutureFunc));

    /// <summary>Spawns a future as a task. Never polls inline.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <returns>The task's handle.</returns>
    public JoinHandle<T> Spawn<T>(Future<T> future) => new(Spawner.Spawn(Scheduler, future));

    /// <inheritdoc cref="Spawn{T}(Future{T})"/>
    public JoinHandle Spawn(Future future) => new(Spawner.Spawn(Scheduler, future));

    /// <summary>Spawns Task-based code as a task: the delegate and its continuations run on this runtime.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="task">Starts the Task; called on a worker.</param>
    /// <returns>The task's handle. Aborting it waits for the Task: a Task can't be unwound.</returns>
    public JoinHandle<T> Spawn<T>(Func<Task<T>> task) => new(Spawner.Spawn<T>(Scheduler, task, TaskBody.TaskFunc));

    /// <inheritdoc cref="Spawn{T}(Func{Task{T}})"/>
    public JoinHandle Spawn(Func<Task> task) => new(Spawner.Spawn<Unit>(Scheduler, task, TaskBody.TaskFunc));

    /// <summary>Runs a closure that blocks or computes for long on the blocking pool.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="closure">The closure. Once started it can't be aborted.</param>
    /// <returns>The closure's handle.</returns>
    public JoinHandle<T> SpawnBlocking<T>(Func<T> closure) => new(Spawner.SpawnBlocking<T>(Scheduler, closure));

    /// <inheritdoc cref="SpawnBlocking{T}(Func{T})"/>
    public JoinHandle SpawnBlocking(Action closure) => new(Spawner.SpawnBlocking<Unit>(Scheduler, closure));

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
    /// <see cref="RuntimeBuilder.OnUnhandledFailure"/>. After the runtime's end it goes to the .NET thread pool.</para>
    /// <para><c>Send</c> runs the callback at once on the runtime's threads; elsewhere it blocks until the callback has
    /// run there, and throws what it threw. On a thread that polls futures of something else it throws
    /// <see cref="InvalidOperationException"/> instead of blocking.</para>
    /// </remarks>
    /// <returns>The context. Always the same object.</returns>
    public SynchronizationContext AsSynchronizationContext() => Scheduler.Context;

    /// <summary>Makes this runtime the current thread's until the guard is disposed: spawning and I/O find it.</summary>
    /// <returns>The guard; dispose guards in reverse order, on the thread that entered.</returns>
    public EnterGuard Enter() => new(Scheduler);
}
