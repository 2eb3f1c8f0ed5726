using System;

namespace Kioto;

/// <summary>Which task a failure came from.</summary>
public readonly struct FailedTask : IEquatable<FailedTask>
{
    private readonly ulong _number;

    internal FailedTask(ulong number, SpawnSite spawnSite, bool isPart = false)
    {
        _number = number;
        SpawnSite = spawnSite;
        IsPart = isPart;
    }

    /// <summary>The task whose code a strand is, of which something has failed.</summary>
    /// <param name="strand">The strand: a task's own, or one that is polled as part of it; or null.</param>
    /// <returns>The task; no task where none was spawned.</returns>
    internal static FailedTask Of(Strand? strand)
    {
        for (Strand? outer = strand; outer is not null; outer = outer.Enclosing)
        {
            if ((outer as TaskHeader ?? outer.Target as TaskHeader) is { IsSpawned: true } task)
            {
                return new FailedTask(task.KnownId, task.Site, isPart: true);
            }
        }

        return default;
    }

    /// <summary>What stands for the hook of a runtime that threw.</summary>
    /// <param name="knob">The builder's method that was given the hook.</param>
    /// <returns>No task, with a name.</returns>
    internal static FailedTask Hook(string knob) => new(0, SpawnSite.Named(knob, null, 0));

    /// <summary>The task's id; null when it was no task: a posted callback, what a thread blocks on, a hook.</summary>
    public TaskId? Id => _number == 0 ? null : new TaskId(_number);

    /// <summary>Where the task was spawned.</summary>
    public SpawnSite SpawnSite { get; }

    /// <summary>Whether the task goes on, or has ended otherwise: what failed is an arm that lost, a cleanup, a callback.</summary>
    internal bool IsPart { get; }

    /// <summary>The task's name; null for one that was spawned without. Of a hook that threw, the knob that it was given to.</summary>
    public string? Name => SpawnSite.Name;

    /// <summary>Such as <c>task 7, spawned at Server.cs:42</c>; <c>task 7 "accept", …</c> with a name.</summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        _number == 0 ? Name ?? "no task" : SpawnSite.Title($"task {_number}") + (SpawnSite.File is null ? "" : $", spawned at {SpawnSite}");

    /// <inheritdoc/>
    public bool Equals(FailedTask other) => _number == other._number && SpawnSite == other.SpawnSite;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is FailedTask other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_number, SpawnSite);

    /// <summary>Whether both are the same task.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they are.</returns>
    public static bool operator ==(FailedTask left, FailedTask right) => left.Equals(right);

    /// <summary>Whether they are different tasks.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they are.</returns>
    public static bool operator !=(FailedTask left, FailedTask right) => !left.Equals(right);
}
