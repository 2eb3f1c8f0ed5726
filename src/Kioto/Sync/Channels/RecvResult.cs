using System.Diagnostics.CodeAnalysis;

namespace Kioto.Sync;

/// <summary>What receiving came to: a value, or "closed and drained".</summary>
/// <typeparam name="T">The type of the value.</typeparam>
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "Results are looked at once.")]
public readonly struct RecvResult<T>
{
    private readonly T _value;

    internal RecvResult(T value)
    {
        _value = value;
        HasValue = true;
    }

    /// <summary>Whether there is a value.</summary>
    public bool HasValue { get; }

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

    /// <inheritdoc/>
    public override string ToString() => HasValue ? $"Value({_value})" : "Closed";
}
