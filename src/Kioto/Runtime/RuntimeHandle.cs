using System;
using System.Runtime.CompilerServices;
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
    /// <param name="closure">Use <c>Spawn</c> instead.</param>
    /// <returns>Nothing.</returns>
    [Obsolete("SpawnBlocking runs a synchronous closure. Use Spawn for Task-based code.", error: true)]
    public JoinHandle SpawnBlocking(Func<Task> closure) => throw new NotSupportedException();

    /// <summary>Makes this runtime the current thread's until the guard is disposed: spawning and I/O find it.</summary>
    /// <returns>The guard; dispose guards in reverse order, on the thread that entered.</returns>
    public EnterGuard Enter() => new(Scheduler);
}
