using System;

namespace Kioto;

/// <summary>Refers to an item of a <see cref="DelayQueue{T}"/>, as long as it is in there.</summary>
public readonly struct DelayKey : IEquatable<DelayKey>
{
    private readonly uint _version;

    internal DelayKey(DelayNode node)
    {
        Node = node;
        _version = node.Version;
    }

    internal DelayNode? Node { get; }

    internal bool IsCurrent => Node is { } node && node.Version == _version;

    /// <inheritdoc/>
    public bool Equals(DelayKey other) => ReferenceEquals(Node, other.Node) && _version == other._version;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DelayKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Node, _version);

    /// <summary>Whether both refer to the same item.</summary>
    /// <param name="left">One key.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they do.</returns>
    public static bool operator ==(DelayKey left, DelayKey right) => left.Equals(right);

    /// <summary>Whether they refer to different items.</summary>
    /// <param name="left">One key.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they do.</returns>
    public static bool operator !=(DelayKey left, DelayKey right) => !left.Equals(right);
}
