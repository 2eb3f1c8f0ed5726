using System;

namespace Kioto;

/// <summary>The result of a future that has none: lets <see cref="Future"/> share all of <see cref="Future{T}"/>.</summary>
/// <remarks>Seen where a combinator has a place for each arm's result: <c>Kio.Select(ReadAsync(), Kio.Sleep(d))</c>.</remarks>
public readonly struct Unit : IEquatable<Unit>
{
    /// <inheritdoc/>
    public bool Equals(Unit other) => true;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Unit;

    /// <inheritdoc/>
    public override int GetHashCode() => 0;

    /// <inheritdoc/>
    public override string ToString() => "()";

    /// <summary>Always: there is one value.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>True.</returns>
    public static bool operator ==(Unit left, Unit right) => true;

    /// <summary>Never: there is one value.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>False.</returns>
    public static bool operator !=(Unit left, Unit right) => false;
}
