using System;

namespace Kioto;

/// <summary>Refers to a spawned task: await it for the result, abort it, or drop it to let the task run on alone.</summary>
/// <remarks>
/// As Tokio's <c>JoinHandle</c>; unlike there it may be copied and awaited more than once. Awaiting throws what the
/// task threw, or <see cref="TaskAbortedException"/>. Cancelling an await leaves the task alone (cancel safe).
/// </remarks>
/// <typeparam name="T">The type of the task's result.</typeparam>
public readonly struct JoinHandle<T> : IArm<T>, IEquatable<JoinHandle<T>>
{
    private readonly TaskCell<T>? _cell;

    internal JoinHandle(TaskCell<T> cell) => _cell = cell;

    /// <summary>The task's id, unique in the process.</summary>
    public TaskId Id => Cell.Id;

    /// <summary>Whether the task has ended and its cleanup with it. After an abort: false until that took effect.</summary>
    public bool IsFinished => Cell.Join.IsCompleted;

    /// <summary>Refers to the same task only to stop it. Keeps nothing of the task alive once it has ended.</summary>
    public AbortHandle AbortHandle => new(AbortTarget.Of(Cell));

    /// <summary>
    /// What has been measured of the task so far, without the poll that is under way; null unless
    /// <see cref="RuntimeBuilder.TaskMetrics"/> asked for it, and for blocking closures and tasks of a local set.
    /// </summary>
    public TaskMetrics? Metrics => TaskFigures.Of(Cell);

    Future<T> IArm<T>.Arm => AsFuture();

    internal TaskCell<T> Cell => _cell ?? throw new InvalidOperationException(
        "This JoinHandle is a default value. Handles come from Kio.Spawn and its relatives.");

    /// <summary>
    /// Asks the task to stop. An idle task is unwound at once, a running one at its next suspension: its
    /// <c>finally</c> blocks run, and may await. A started blocking closure runs on. Idempotent; does not wait.
    /// </summary>
    public void Abort() => Cell.Abort();

    /// <summary>Waits for the task's end without throwing what it threw. Cancel safe.</summary>
    /// <returns>How the task ended.</returns>
    [CancelSafe]
    public Future<JoinResult<T>> JoinAsync() => Cell.Join.IsCompleted && Ambient.Current.TrySpend()
        ? Future.FromResult(JoinResult<T>.Of(Cell))
        : JoinResultLeaf<T>.Await(Cell);

    /// <summary>The task's result as a future. Cancel safe: it leaves the task alone.</summary>
    /// <returns>A future that throws what the task threw, or <see cref="TaskAbortedException"/>.</returns>
    [CancelSafe]
    public Future<T> AsFuture()
    {
        TaskCell<T> cell = Cell;
        return cell.Join.IsCompleted && cell is { WasAborted: false, HasFailed: false } && Ambient.Current.TrySpend()
            ? new Future<T>(cell.Result)
            : JoinLeaf<T>.Await(cell);
    }

    /// <summary>Used by <c>await</c>.</summary>
    /// <returns>The awaiter.</returns>
    public FutureAwaiter<T> GetAwaiter() => AsFuture().GetAwaiter();

    /// <inheritdoc/>
    public bool Equals(JoinHandle<T> other) => ReferenceEquals(_cell, other._cell);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is JoinHandle<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _cell?.GetHashCode() ?? 0;

    /// <summary>Whether both refer to the same task.</summary>
    /// <param name="left">One handle.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they do.</returns>
    public static bool operator ==(JoinHandle<T> left, JoinHandle<T> right) => left.Equals(right);

    /// <summary>Whether they refer to different tasks.</summary>
    /// <param name="left">One handle.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they do.</returns>
    public static bool operator !=(JoinHandle<T> left, JoinHandle<T> right) => !left.Equals(right);
}
