using System;
using System.Collections.Generic;

namespace Kioto.Streams;

/// <summary>An element of a sequence, or its end, as a value.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
public readonly struct StreamItem<T> : IEquatable<StreamItem<T>>
{
    private readonly T _value;

    private StreamItem(T value)
    {
        _value = value;
        HasValue = true;
    }

    /// <summary>Whether it is an element; otherwise it is the end.</summary>
    public bool HasValue { get; }

    /// <summary>The element.</summary>
    /// <exception cref="InvalidOperationException">It is the end.</exception>
    public T Value => HasValue ? _value : throw new InvalidOperationException("The end of a stream has no value. Test HasValue first.");

    /// <summary>The end of a sequence.</summary>
    public static StreamItem<T> End => default;

    /// <summary>An element.</summary>
    /// <param name="value">The element.</param>
    /// <returns>The item.</returns>
    public static StreamItem<T> Of(T value) => new(value);

    /// <inheritdoc/>
    public bool Equals(StreamItem<T> other) =>
        HasValue == other.HasValue && EqualityComparer<T>.Default.Equals(_value, other._value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is StreamItem<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(HasValue, _value);

    /// <inheritdoc/>
    public override string ToString() => HasValue ? $"{_value}" : "End";

    /// <summary>Whether both are the same.</summary>
    /// <param name="left">One item.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they are.</returns>
    public static bool operator ==(StreamItem<T> left, StreamItem<T> right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    /// <param name="left">One item.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they do.</returns>
    public static bool operator !=(StreamItem<T> left, StreamItem<T> right) => !left.Equals(right);
}
