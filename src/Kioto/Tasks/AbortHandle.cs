using System;

namespace Kioto;

/// <summary>Refers to a spawned task only to stop it: it can't be awaited. Free to copy; dropping it does nothing.</summary>
/// <remarks>
/// As Tokio's <c>AbortHandle</c>. Once the task has ended it keeps nothing of it alive. Handles of one task are equal.
/// </remarks>
public readonly struct AbortHandle : IEquatable<AbortHandle>
{
    private readonly AbortTarget? _target;

    internal AbortHandle(AbortTarget target) => _target = target;

    /// <summary>The task's id, unique in the process.</summary>
    public TaskId Id => Target.Id;

    /// <summary>Whether the task has ended and its cleanup with it. After an abort: false until that took effect.</summary>
    public bool IsFinished => Target.IsFinished;

    internal AbortTarget Target => _target ?? throw new InvalidOperationException(
        "This AbortHandle is a default value. Handles come from JoinHandle.AbortHandle and from the Spawn methods of " +
        "JoinSet, TaskScope and their relatives.");

    /// <summary>
    /// Asks the task to stop. An idle task is unwound at once, a running one at its next suspension: its
    /// <c>finally</c> blocks run, and may await. A started blocking closure runs on. Idempotent; does not wait.
    /// </summary>
    public void Abort() => Target.Abort();

    /// <inheritdoc/>
    public bool Equals(AbortHandle other) => ReferenceEquals(_target, other._target) ||
        (_target is not null && other._target is not null && _target.Id == other._target.Id);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is AbortHandle other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _target?.Id.GetHashCode() ?? 0;

    /// <summary>Whether both refer to the same task.</summary>
    /// <param name="left">One handle.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they do.</returns>
    public static bool operator ==(AbortHandle left, AbortHandle right) => left.Equals(right);

    /// <summary>Whether they refer to different tasks.</summary>
    /// <param name="left">One handle.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they do.</returns>
    public static bool operator !=(AbortHandle left, AbortHandle right) => !left.Equals(right);
}
