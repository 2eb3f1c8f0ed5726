using System;

namespace Kioto;

/// <content>Hooks: what the runtime calls when something happens to its threads and tasks.</content>
/// <remarks>
/// All hooks run on the thread that they are about, inside the runtime: they may spawn. They must not block. What one
/// throws goes to <see cref="OnUnhandledFailure(UnhandledFailure)"/>, and the thread or the task goes on as if it had returned.
/// </remarks>
public sealed partial class RuntimeBuilder
{
    private Action<ThreadMeta>? _onThreadStart;
    private Action<ThreadMeta>? _onThreadStop;
    private Action<ThreadMeta>? _onThreadPark;
    private Action<ThreadMeta>? _onThreadUnpark;
    private Action<TaskMeta>? _onTaskSpawn;
    private Action<TaskMeta>? _onTaskTerminate;
    private Action<TaskMeta>? _onBeforeTaskPoll;
    private Action<TaskMeta>? _onAfterTaskPoll;

    /// <summary>Called by each worker and each thread of the blocking pool before its first work.</summary>
    /// <remarks>
    /// The thread of a current-thread runtime is the caller's own: nobody is told of it. As Tokio's
    /// <c>on_thread_start</c>, with the worker's index.
    /// </remarks>
    /// <param name="hook">Runs on the thread. What it throws goes to OnUnhandledFailure, and the thread goes on.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder OnThreadStart(Action<ThreadMeta> hook)
    {
        ArgumentNullException.ThrowIfNull(hook, nameof(OnThreadStart));
        _onThreadStart = hook;
        return this;
    }

    /// <summary>Called by each worker and each thread of the blocking pool after its last work.</summary>
    /// <remarks>
    /// Workers have called it when <see cref="Runtime.Dispose"/> has waited for their end; a blocking thread calls it
    /// when its closure has ended. As Tokio's <c>on_thread_stop</c>.
    /// </remarks>
    /// <param name="hook">Runs on the thread. What it throws goes to OnUnhandledFailure.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder OnThreadStop(Action<ThreadMeta> hook)
    {
        ArgumentNullException.ThrowIfNull(hook, nameof(OnThreadStop));
        _onThreadStop = hook;
        return this;
    }

    /// <summary>Called by a worker that has nothing to do, before it sleeps.</summary>
    /// <remarks>
    /// It may spawn and wake: then the worker polls the driver once and goes on instead of sleeping, so that a hook that
    /// always makes work delays neither timers nor I/O. On a current-thread runtime the thread in BlockOn calls it. As
    /// Tokio's <c>on_thread_park</c>.
    /// </remarks>
    /// <param name="hook">Runs on the worker. What it throws goes to OnUnhandledFailure, and the worker goes on.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder OnThreadPark(Action<ThreadMeta> hook)
    {
        ArgumentNullException.ThrowIfNull(hook, nameof(OnThreadPark));
        _onThreadPark = hook;
        return this;
    }

    /// <summary>Called by a worker that no longer sleeps, once for each call of <see cref="OnThreadPark"/>.</summary>
    /// <param name="hook">Runs on the worker. What it throws goes to OnUnhandledFailure, and the worker goes on.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder OnThreadUnpark(Action<ThreadMeta> hook)
    {
        ArgumentNullException.ThrowIfNull(hook, nameof(OnThreadUnpark));
        _onThreadUnpark = hook;
        return this;
    }

    /// <summary>Called for each task that is spawned, on the spawning thread, before it is queued.</summary>
    /// <remarks>
    /// Also for one that a closed runtime refuses; for each call there is one of <see cref="OnTaskTerminate"/>. Tasks
    /// of a <see cref="LocalSet"/> are the set's own: no task hook hears of them, nor of blocking closures and of
    /// callbacks that Task-based code posts. A hook that spawns is called for what it spawns. As Tokio's
    /// <c>on_task_spawn</c>.
    /// </remarks>
    /// <param name="hook">What it throws goes to OnUnhandledFailure, and the task is spawned all the same.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder OnTaskSpawn(Action<TaskMeta> hook)
    {
        ArgumentNullException.ThrowIfNull(hook, nameof(OnTaskSpawn));
        _onTaskSpawn = hook;
        return this;
    }

    /// <summary>Called for each task when it has ended in whatever way, before those who wait for it are woken.</summary>
    /// <remarks>As Tokio's <c>on_task_terminate</c>, which comes after they are woken.</remarks>
    /// <param name="hook">What it throws goes to OnUnhandledFailure, and the task has ended all the same.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder OnTaskTerminate(Action<TaskMeta> hook)
    {
        ArgumentNullException.ThrowIfNull(hook, nameof(OnTaskTerminate));
        _onTaskTerminate = hook;
        return this;
    }

    /// <summary>Called before each poll of a task. As Tokio's <c>on_before_task_poll</c>.</summary>
    /// <param name="hook">What it throws goes to OnUnhandledFailure, and the task is polled all the same.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder OnBeforeTaskPoll(Action<TaskMeta> hook)
    {
        ArgumentNullException.ThrowIfNull(hook, nameof(OnBeforeTaskPoll));
        _onBeforeTaskPoll = hook;
        return this;
    }

    /// <summary>Called after each poll of a task, on the same thread; another one may poll the task already.</summary>
    /// <remarks>After a task's last poll it comes after <see cref="OnTaskTerminate"/>. As Tokio's <c>on_after_task_poll</c>.</remarks>
    /// <param name="hook">What it throws goes to OnUnhandledFailure.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder OnAfterTaskPoll(Action<TaskMeta> hook)
    {
        ArgumentNullException.ThrowIfNull(hook, nameof(OnAfterTaskPoll));
        _onAfterTaskPoll = hook;
        return this;
    }
}
