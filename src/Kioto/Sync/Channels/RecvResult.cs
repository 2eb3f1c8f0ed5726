using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Kioto.Sync;

/// <summary>What receiving came to: a value, or "closed and drained".</summary>
/// <typeparam name="T">The type of the value.</typeparam>
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "Results are looked at once.")]
public readonly struct RecvResult<T>
{
    private readonly T _value;
    private readonly bool _hasValue;

    internal RecvResult(T value)
    {
        _value = value;
        _hasValue = true;
    }

    /// <summary>Whether there is a value.</summary>
    public bool HasValue => _hasValue;

    /// <summary>Whether nothing comes any more: the channel is closed and everything that was sent has been received.</summary>
    public bool IsClosed => !HasValue;

    /// <summary>The value.</summary>
    /// <exception cref="ClosedException">There is none: the channel is closed.</exception>
    public T Value => HasValue ? _value : throw new ClosedException("The channel is closed, and everything that was sent has been received.");

    /// <summary>Gets the value if there is one.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGetValue([MaybeNullWhen(false)] out T value)
    {
        value = _value;
        return HasValue;
    }

    /// <summary>Where the value goes of a result that is made in place, which saves copying a large one.</summary>
    /// <param name="result">The result, which nobody has seen yet.</param>
    /// <returns>The room for the value; <see cref="SetHasValue"/> follows.</returns>
    internal static ref T? Room(ref RecvResult<T> result) => ref Unsafe.AsRef(in result._value)!; // SAFETY: the caller may write to it.

    /// <summary>Says that the value is there.</summary>
    /// <param name="result">The result.</param>
    internal static void SetHasValue(ref RecvResult<T> result) => Unsafe.AsRef(in result._hasValue) = true; // SAFETY: as above.

    /// <inheritdoc/>
    public override string ToString() => HasValue ? $"Value({_value})" : "Closed";
}
