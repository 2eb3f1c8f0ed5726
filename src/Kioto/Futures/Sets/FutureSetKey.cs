using System;

namespace Kioto;

/// <summary>Names a future in a <see cref="FutureSet{T}"/>, to cancel it there.</summary>
public readonly struct FutureSetKey : IEquatable<FutureSetKey>
{
    internal FutureSetKey(Strand child, uint version)
    {
        Child = child;
        Version = version;
    }

    internal Strand? Child { get; }

    internal uint Version { get; }

    /// <inheritdoc/>
    public bool Equals(FutureSetKey other) => ReferenceEquals(Child, other.Child) && Version == other.Version;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is FutureSetKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Child, Version);

    /// <summary>Whether both name the same future.</summary>
    /// <param name="left">One key.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they do.</returns>
    public static bool operator ==(FutureSetKey left, FutureSetKey right) => left.Equals(right);

    /// <summary>Whether they name different futures.</summary>
    /// <param name="left">One key.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they do.</returns>
    public static bool operator !=(FutureSetKey left, FutureSetKey right) => !left.Equals(right);
}
