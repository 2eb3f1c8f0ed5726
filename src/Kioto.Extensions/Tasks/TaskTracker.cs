using System;

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
public sealed partial class TaskTracker
{
    private readonly TrackerCore _core = new();

    // Where it is spawned from threads that no runtime has.
    private readonly RuntimeScheduler? _home = CurrentRuntime.Find();

    private readonly bool _isBackground;

    /// <summary>The class of the tasks that it spawns. <see cref="TaskClass.Normal"/> by default. Closures that block, and tasks of a local set, have none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public TaskClass Class
    {
        get;
        init
        {
            _isBackground = Spawner.IsBackground(value, nameof(Class));
            field = value;
        }
    }

    /// <summary>How many tasks, futures and tokens have not ended.</summary>
    public int Count => (int)_core.Count;

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _core.Count == 0;

    /// <summary>Whether <see cref="WaitAsync()"/> ends when it is empty.</summary>
    public bool IsClosed => _core.IsClosed;

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

    /// <summary>Lets <see cref="WaitAsync()"/> end when it is empty. Spawning is possible all the same.</summary>
    /// <returns>False when it was closed already.</returns>
    public bool Close() => _core.Close();

    /// <summary>Lets <see cref="WaitAsync()"/> wait although it is empty. Those whose waiting had ended go on.</summary>
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
    public Future WaitAsync()
    {
        Future ended = _core.WaitAsync();
        return ended.Source is null ? ended : WaitAsync(ended);
    }

    // So that dumps name it.
    private static async Future WaitAsync(Future ended) => await ended;

    private JoinHandle<T> Add<T>(TaskCell<T> cell)
    {
        Start(cell, reports: false);
        return new JoinHandle<T>(cell);
    }

    private AbortHandle AddVoid(TaskCell<Unit> cell) => new(Start(cell, reports: true));

    private TrackedTarget Start(ISpawned task, bool reports)
    {
        if (_isBackground)
        {
            task.SetBackground();
        }

        TrackedTarget target = new(_core, task, reports);
        task.Waiters.TryRegister(target); // Nobody can have ended it yet.
        _core.Enter();
        try
        {
            task.Start();
        }
        catch
        {
            _core.Exit(); // A closure for a pool that is full: it will not end.
            throw;
        }

        return target;
    }
}
