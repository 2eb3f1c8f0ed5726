using System;
using System.Threading;

namespace Kioto;

/// <summary>Identifies a task: unique in the process; says nothing about order. As Tokio's <c>task::Id</c>.</summary>
public readonly struct TaskId : IEquatable<TaskId>
{
    // INVARIANT: counted up atomically, by tasks of every type of result.
    private static ulong s_last;

    private readonly ulong _value;

    internal TaskId(ulong value) => _value = value;

    internal ulong Value => _value;

    /// <summary>A number that no task has had.</summary>
    /// <returns>The number; never 0.</returns>
    internal static ulong Next() => Interlocked.Increment(ref s_last); // ORDERING: uniqueness only.

    /// <inheritdoc/>
    public bool Equals(TaskId other) => _value == other._value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TaskId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _value.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => _value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Whether both identify the same task.</summary>
    /// <param name="left">One id.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they are the same.</returns>
    public static bool operator ==(TaskId left, TaskId right) => left.Equals(right);

    /// <summary>Whether they identify different tasks.</summary>
    /// <param name="left">One id.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they differ.</returns>
    public static bool operator !=(TaskId left, TaskId right) => !left.Equals(right);
}
