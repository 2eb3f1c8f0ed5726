using System;

namespace Kioto;

/// <summary>Refers to a spawned task without a result: await it, abort it, or drop it to let it run on alone.</summary>
/// <remarks>
/// As Tokio's <c>JoinHandle</c>; unlike there it may be copied and awaited more than once. Awaiting throws what the
/// task threw, or <see cref="TaskAbortedException"/>. Cancelling an await leaves the task alone (cancel safe).
/// </remarks>
public readonly struct JoinHandle : IArm<Unit>, IEquatable<JoinHandle>
{
    private readonly JoinHandle<Unit> _handle;

    internal JoinHandle(TaskCell<Unit> cell) => _handle = new JoinHandle<Unit>(cell);

    /// <summary>The task's id, unique in the process.</summary>
    public TaskId Id => _handle.Id;

    /// <summary>Whether the task has ended and its cleanup with it. After an abort: false until that took effect.</summary>
    public bool IsFinished => _handle.IsFinished;

    /// <summary>Refers to the same task only to stop it. Keeps nothing of the task alive once it has ended.</summary>
    public AbortHandle AbortHandle => _handle.AbortHandle;

    Future<Unit> IArm<Unit>.Arm => _handle.AsFuture();

    /// <inheritdoc cref="JoinHandle{T}.Metrics"/>
    public TaskMetrics? Metrics => _handle.Metrics;

    /// <summary>Where the task was spawned.</summary>
    internal SpawnSite Site => _handle.Cell.Site;

    internal TaskCell<Unit> Unwrap() => _handle.Cell;

    /// <summary>
    /// Asks the task to stop. An idle task is unwound at once, a running one at its next suspension: its
    /// <c>finally</c> blocks run, and may await. A started blocking closure runs on. Idempotent; does not wait.
    /// </summary>
    public void Abort() => _handle.Abort();

    /// <summary>Waits for the task's end without throwing what it threw. Cancel safe.</summary>
    /// <returns>How the task ended.</returns>
    [CancelSafe]
    public async Future<JoinResult> JoinAsync() => new(await _handle.JoinAsync());

    /// <summary>The task's end as a future. Cancel safe: it leaves the task alone.</summary>
    /// <returns>A future that throws what the task threw, or <see cref="TaskAbortedException"/>.</returns>
    [CancelSafe]
    public Future AsFuture()
    {
        Future<Unit> future = _handle.AsFuture();
        return future.Source is null ? Future.Completed : new Future(future.Source, future.Token);
    }

    /// <summary>Used by <c>await</c>.</summary>
    /// <returns>The awaiter.</returns>
    public FutureAwaiter GetAwaiter() => AsFuture().GetAwaiter();

    /// <inheritdoc/>
    public bool Equals(JoinHandle other) => _handle.Equals(other._handle);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is JoinHandle other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _handle.GetHashCode();

    /// <summary>Whether both refer to the same task.</summary>
    /// <param name="left">One handle.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they do.</returns>
    public static bool operator ==(JoinHandle left, JoinHandle right) => left.Equals(right);

    /// <summary>Whether they refer to different tasks.</summary>
    /// <param name="left">One handle.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they do.</returns>
    public static bool operator !=(JoinHandle left, JoinHandle right) => !left.Equals(right);
}
