using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>Counts tasks, so that a shutdown can wait for them. Keeps nothing of a task that has ended.</summary>
/// <remarks>
/// <para>
/// As tokio-util's <c>TaskTracker</c>: unlike a <see cref="JoinSet{T}"/> it keeps no results, so nobody has to collect them,
/// and it aborts nothing: give the tasks a <see cref="CancelToken"/>. Waiting ends when the tracker is closed <em>and</em>
/// empty; <see cref="Close"/> does not keep anybody from spawning.
/// </para>
/// <para>
/// One object for each task besides it. Failures of tasks without a result go to the runtime (<c>OnUnhandledFailure</c>);
/// those of tasks with one to their handles. All methods may be called from any thread. When a runtime is shut down, its
/// tasks leave the tracker.
/// </para>
/// </remarks>
public sealed class TaskTracker
{
    private readonly TrackerCore _core = new();

    /// <summary>How many tasks, futures and tokens have not ended.</summary>
    public int Count => (int)_core.Count;

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _core.Count == 0;

    /// <summary>Whether <see cref="WaitAsync"/> ends when it is empty.</summary>
    public bool IsClosed => _core.IsClosed;

    /// <summary>Spawns a task on the current runtime; the delegate runs at its first poll.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">Makes the future.</param>
    /// <returns>The task's handle.</returns>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread.</exception>
    [OverloadResolutionPriority(1)]
    public JoinHandle<T> Spawn<T>(Func<Future<T>> future) =>
        Add(Spawner.Make<T>(CurrentRuntime.Require("TaskTracker.Spawn"), future, TaskBody.FutureFunc));

    /// <inheritdoc cref="Spawn{T}(Func{Future{T}})"/>
    /// <param name="future">The future; it must not have been awaited.</param>
    public JoinHandle<T> Spawn<T>(Future<T> future) => Add(Spawner.Make(CurrentRuntime.Require("TaskTracker.Spawn"), future));

    /// <inheritdoc cref="Spawn{T}(Func{Future{T}})"/>
    /// <param name="task">Starts the Task. Aborting waits for the Task: a Task can't be unwound.</param>
    public JoinHandle<T> Spawn<T>(Func<Task<T>> task) => Add(Spawner.Make<T>(CurrentRuntime.Require("TaskTracker.Spawn"), task, TaskBody.TaskFunc));

    /// <summary>Spawns a task on the current runtime; the delegate runs at its first poll.</summary>
    /// <param name="future">Makes the future.</param>
    /// <returns>What stops the task.</returns>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread.</exception>
    [OverloadResolutionPriority(1)]
    public AbortHandle Spawn(Func<Future> future) =>
        AddVoid(Spawner.Make<Unit>(CurrentRuntime.Require("TaskTracker.Spawn"), future, TaskBody.FutureFunc));

    /// <inheritdoc cref="Spawn(Func{Future})"/>
    /// <param name="future">The future; it must not have been awaited.</param>
    public AbortHandle Spawn(Future future) => AddVoid(Spawner.Make(CurrentRuntime.Require("TaskTracker.Spawn"), Spawner.AsUnit(future)));

    /// <inheritdoc cref="Spawn(Func{Future})"/>
    /// <param name="task">Starts the Task. Aborting waits for the Task: a Task can't be unwound.</param>
    public AbortHandle Spawn(Func<Task> task) => AddVoid(Spawner.Make<Unit>(CurrentRuntime.Require("TaskTracker.Spawn"), task, TaskBody.TaskFunc));

    /// <summary>Spawns a task on another runtime, from any thread; the delegate runs at its first poll.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="runtime">The runtime. On one that has ended the task is aborted at once.</param>
    /// <param name="future">Makes the future.</param>
    /// <returns>The task's handle.</returns>
    [OverloadResolutionPriority(1)]
    public JoinHandle<T> SpawnOn<T>(RuntimeHandle runtime, Func<Future<T>> future) =>
        Add(Spawner.Make<T>(Of(runtime), future, TaskBody.FutureFunc));

    /// <inheritdoc cref="SpawnOn{T}(RuntimeHandle, Func{Future{T}})"/>
    /// <param name="runtime">The runtime. On one that has ended the task is aborted at once.</param>
    /// <param name="future">The future; it must not have been awaited.</param>
    public JoinHandle<T> SpawnOn<T>(RuntimeHandle runtime, Future<T> future) => Add(Spawner.Make(Of(runtime), future));

    /// <inheritdoc cref="SpawnOn{T}(RuntimeHandle, Func{Future{T}})"/>
    /// <param name="runtime">The runtime. On one that has ended the task is aborted at once.</param>
    /// <param name="task">Starts the Task. Aborting waits for the Task: a Task can't be unwound.</param>
    public JoinHandle<T> SpawnOn<T>(RuntimeHandle runtime, Func<Task<T>> task) => Add(Spawner.Make<T>(Of(runtime), task, TaskBody.TaskFunc));

    /// <summary>Spawns a task on another runtime, from any thread; the delegate runs at its first poll.</summary>
    /// <param name="runtime">The runtime. On one that has ended the task is aborted at once.</param>
    /// <param name="future">Makes the future.</param>
    /// <returns>What stops the task.</returns>
    [OverloadResolutionPriority(1)]
    public AbortHandle SpawnOn(RuntimeHandle runtime, Func<Future> future) =>
        AddVoid(Spawner.Make<Unit>(Of(runtime), future, TaskBody.FutureFunc));

    /// <inheritdoc cref="SpawnOn(RuntimeHandle, Func{Future})"/>
    /// <param name="runtime">The runtime. On one that has ended the task is aborted at once.</param>
    /// <param name="future">The future; it must not have been awaited.</param>
    public AbortHandle SpawnOn(RuntimeHandle runtime, Future future) => AddVoid(Spawner.Make(Of(runtime), Spawner.AsUnit(future)));

    /// <inheritdoc cref="SpawnOn(RuntimeHandle, Func{Future})"/>
    /// <param name="runtime">The runtime. On one that has ended the task is aborted at once.</param>
    /// <param name="task">Starts the Task. Aborting waits for the Task: a Task can't be unwound.</param>
    public AbortHandle SpawnOn(RuntimeHandle runtime, Func<Task> task) => AddVoid(Spawner.Make<Unit>(Of(runtime), task, TaskBody.TaskFunc));

    /// <summary>Spawns a task on the current <see cref="LocalSet"/>; the delegate runs at its first poll.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">Makes the future.</param>
    /// <returns>The task's handle.</returns>
    /// <exception cref="InvalidOperationException">No LocalSet is running on this thread.</exception>
    [OverloadResolutionPriority(1)]
    public JoinHandle<T> SpawnLocal<T>(Func<Future<T>> future) =>
        Add(Spawner.Make<T>(LocalTarget.Require("TaskTracker.SpawnLocal"), future, TaskBody.FutureFunc));

    /// <inheritdoc cref="SpawnLocal{T}(Func{Future{T}})"/>
    /// <param name="future">The future; it must not have been awaited.</param>
    public JoinHandle<T> SpawnLocal<T>(Future<T> future) => Add(Spawner.Make(LocalTarget.Require("TaskTracker.SpawnLocal"), future));

    /// <inheritdoc cref="SpawnLocal{T}(Func{Future{T}})"/>
    /// <param name="task">Starts the Task. Aborting waits for the Task: a Task can't be unwound.</param>
    public JoinHandle<T> SpawnLocal<T>(Func<Task<T>> task) => Add(Spawner.Make<T>(LocalTarget.Require("TaskTracker.SpawnLocal"), task, TaskBody.TaskFunc));

    /// <summary>Spawns a task on the current <see cref="LocalSet"/>; the delegate runs at its first poll.</summary>
    /// <param name="future">Makes the future.</param>
    /// <returns>What stops the task.</returns>
    /// <exception cref="InvalidOperationException">No LocalSet is running on this thread.</exception>
    [OverloadResolutionPriority(1)]
    public AbortHandle SpawnLocal(Func<Future> future) =>
        AddVoid(Spawner.Make<Unit>(LocalTarget.Require("TaskTracker.SpawnLocal"), future, TaskBody.FutureFunc));

    /// <inheritdoc cref="SpawnLocal(Func{Future})"/>
    /// <param name="future">The future; it must not have been awaited.</param>
    public AbortHandle SpawnLocal(Future future) => AddVoid(Spawner.Make(LocalTarget.Require("TaskTracker.SpawnLocal"), Spawner.AsUnit(future)));

    /// <inheritdoc cref="SpawnLocal(Func{Future})"/>
    /// <param name="task">Starts the Task. Aborting waits for the Task: a Task can't be unwound.</param>
    public AbortHandle SpawnLocal(Func<Task> task) => AddVoid(Spawner.Make<Unit>(LocalTarget.Require("TaskTracker.SpawnLocal"), task, TaskBody.TaskFunc));

    /// <summary>Spawns a task on a <see cref="LocalSet"/>, from any thread; the delegate runs at its first poll.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="local">The local set.</param>
    /// <param name="future">Makes the future.</param>
    /// <returns>The task's handle.</returns>
    [OverloadResolutionPriority(1)]
    public JoinHandle<T> SpawnLocalOn<T>(LocalSet local, Func<Future<T>> future) =>
        Add(Spawner.Make<T>(LocalTarget.Of(local), future, TaskBody.FutureFunc));

    /// <inheritdoc cref="SpawnLocalOn{T}(LocalSet, Func{Future{T}})"/>
    /// <param name="local">The local set.</param>
    /// <param name="future">The future; it must not have been awaited.</param>
    public JoinHandle<T> SpawnLocalOn<T>(LocalSet local, Future<T> future) => Add(Spawner.Make(LocalTarget.Of(local), future));

    /// <inheritdoc cref="SpawnLocalOn{T}(LocalSet, Func{Future{T}})"/>
    /// <param name="local">The local set.</param>
    /// <param name="task">Starts the Task. Aborting waits for the Task: a Task can't be unwound.</param>
    public JoinHandle<T> SpawnLocalOn<T>(LocalSet local, Func<Task<T>> task) => Add(Spawner.Make<T>(LocalTarget.Of(local), task, TaskBody.TaskFunc));

    /// <summary>Spawns a task on a <see cref="LocalSet"/>, from any thread; the delegate runs at its first poll.</summary>
    /// <param name="local">The local set.</param>
    /// <param name="future">Makes the future.</param>
    /// <returns>What stops the task.</returns>
    [OverloadResolutionPriority(1)]
    public AbortHandle SpawnLocalOn(LocalSet local, Func<Future> future) =>
        AddVoid(Spawner.Make<Unit>(LocalTarget.Of(local), future, TaskBody.FutureFunc));

    /// <inheritdoc cref="SpawnLocalOn(LocalSet, Func{Future})"/>
    /// <param name="local">The local set.</param>
    /// <param name="future">The future; it must not have been awaited.</param>
    public AbortHandle SpawnLocalOn(LocalSet local, Future future) => AddVoid(Spawner.Make(LocalTarget.Of(local), Spawner.AsUnit(future)));

    /// <inheritdoc cref="SpawnLocalOn(LocalSet, Func{Future})"/>
    /// <param name="local">The local set.</param>
    /// <param name="task">Starts the Task. Aborting waits for the Task: a Task can't be unwound.</param>
    public AbortHandle SpawnLocalOn(LocalSet local, Func<Task> task) => AddVoid(Spawner.Make<Unit>(LocalTarget.Of(local), task, TaskBody.TaskFunc));

    /// <summary>Runs a closure that blocks or computes for long on the current runtime's blocking pool.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="closure">The closure. Once started it can't be aborted.</param>
    /// <returns>The closure's handle.</returns>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread.</exception>
    public JoinHandle<T> SpawnBlocking<T>(Func<T> closure) =>
        Add(Spawner.Make<T>(CurrentRuntime.Require("TaskTracker.SpawnBlocking"), closure, TaskBody.Closure));

    /// <inheritdoc cref="SpawnBlocking{T}(Func{T})"/>
    /// <returns>What stops it while it is queued.</returns>
    public AbortHandle SpawnBlocking(Action closure) =>
        AddVoid(Spawner.Make<Unit>(CurrentRuntime.Require("TaskTracker.SpawnBlocking"), closure, TaskBody.Closure));

    /// <summary>Not for Tasks: it would block a thread for the delegate only, and run the rest elsewhere.</summary>
    /// <typeparam name="TTask">The type of the Task.</typeparam>
    /// <param name="closure">Use <c>Spawn</c> instead.</param>
    /// <param name="unused">Tells this overload from the others.</param>
    /// <returns>Nothing.</returns>
    [Obsolete("SpawnBlocking runs a synchronous closure. Use Spawn for Task-based code.", error: true)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(1)] // Looked at first, and dropped by its constraint, or when nothing says what TTask is.
    public AbortHandle SpawnBlocking<TTask>(Func<TTask> closure, object? unused = null)
        where TTask : Task => throw new NotSupportedException();

    /// <summary>Counts a future, from now until it has ended or was dropped, whoever runs it.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">The future; it must not have been awaited. A ready one is not counted.</param>
    /// <returns>The future to await or to spawn: if nobody does, the tracker waits for ever.</returns>
    public Future<T> Track<T>(Future<T> future) => TrackedFrame<T>.Of(_core, future);

    /// <inheritdoc cref="Track{T}(Future{T})"/>
    public Future Track(Future future)
    {
        Future<Unit> tracked = TrackedFrame<Unit>.Of(_core, Spawner.AsUnit(future));
        return tracked.Source is { } source ? new Future(source, tracked.Token) : Future.Completed;
    }

    /// <summary>Counts something that is not a task of Kioto.</summary>
    /// <returns>Dispose it when that is done.</returns>
    public TaskTrackerToken CreateToken() => new(_core);

    /// <summary>Lets <see cref="WaitAsync"/> end when it is empty. Spawning is possible all the same.</summary>
    /// <returns>False when it was closed already.</returns>
    public bool Close() => _core.Close();

    /// <summary>Lets <see cref="WaitAsync"/> wait although it is empty. Those whose waiting had ended go on.</summary>
    /// <returns>False when it was open already.</returns>
    public bool Reopen() => _core.Reopen();

    /// <summary>Waits until the tracker is closed and empty.</summary>
    /// <remarks>
    /// It is enough that it was so at one moment since this call: also when it was reopened, or something was spawned,
    /// before the future was polled again. Any number may wait. Cancel safe; but a new call does not know of the moments
    /// before it.
    /// </remarks>
    /// <returns>The future to await.</returns>
    [CancelSafe]
    public Future WaitAsync() => _core.WaitAsync();

    private static RuntimeScheduler Of(RuntimeHandle runtime)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        return runtime.Scheduler;
    }

    private JoinHandle<T> Add<T>(TaskCell<T> cell)
    {
        Start(cell, reports: false);
        return new JoinHandle<T>(cell);
    }

    private AbortHandle AddVoid(TaskCell<Unit> cell) => new(Start(cell, reports: true));

    private TrackedTarget Start(ISpawned task, bool reports)
    {
        TrackedTarget target = new(_core, task, reports);
        task.Waiters.TryRegister(target); // Nobody can have ended it yet.
        _core.Enter();
        task.Start();
        return target;
    }
}
