using System;
using System.Threading;

namespace Kioto;

/// <summary>Identifies a runtime or a <see cref="LocalSet"/>: unique in the process. As Tokio's <c>runtime::Id</c>.</summary>
public readonly struct RuntimeId : IEquatable<RuntimeId>
{
    private static ulong s_last;

    private readonly ulong _value;

    private RuntimeId(ulong value) => _value = value;

    /// <inheritdoc/>
    public bool Equals(RuntimeId other) => _value == other._value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RuntimeId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _value.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => _value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Whether both identify the same runtime.</summary>
    /// <param name="left">One id.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they are the same.</returns>
    public static bool operator ==(RuntimeId left, RuntimeId right) => left.Equals(right);

    /// <summary>Whether they identify different runtimes.</summary>
    /// <param name="left">One id.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they differ.</returns>
    public static bool operator !=(RuntimeId left, RuntimeId right) => !left.Equals(right);

    /// <summary>The number, for listeners.</summary>
    internal long Number => (long)_value;

    internal static RuntimeId Next() => new(Interlocked.Increment(ref s_last)); // ORDERING: uniqueness only.
}
