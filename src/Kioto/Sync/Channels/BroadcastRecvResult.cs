using System.Diagnostics.CodeAnalysis;

namespace Kioto.Sync;

/// <summary>What receiving from a broadcast channel came to: a value, "so many were missed", or "closed and drained".</summary>
/// <typeparam name="T">The type of the values.</typeparam>
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "Results are looked at once.")]
public readonly struct BroadcastRecvResult<T>
{
    private readonly T _value;

    internal BroadcastRecvResult(T value)
    {
        _value = value;
        HasValue = true;
    }

    internal BroadcastRecvResult(long missed)
    {
        _value = default!;
        Missed = missed;
    }

    /// <summary>Whether there is a value.</summary>
    public bool HasValue { get; }

    /// <summary>How many values were overwritten before this receiver came to them; the next receive gives the oldest that is left.</summary>
    public long Missed { get; }

    /// <summary>Whether values were missed.</summary>
    public bool IsLagged => Missed > 0;

    /// <summary>Whether nothing comes any more: all senders have been disposed and everything has been received.</summary>
    public bool IsClosed => !HasValue && Missed == 0;

    /// <summary>The value.</summary>
    /// <exception cref="LaggedException">Values were missed.</exception>
    /// <exception cref="ClosedException">The channel is closed.</exception>
    public T Value => HasValue ? _value
        : Missed > 0 ? throw new LaggedException(Missed)
        : throw new ClosedException("The channel is closed, and everything that was sent has been received.");

    /// <summary>Gets the value if there is one.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGetValue([MaybeNullWhen(false)] out T value)
    {
        value = _value;
        return HasValue;
    }

    /// <inheritdoc/>
    public override string ToString() => HasValue ? $"Value({_value})" : Missed > 0 ? $"Lagged({Missed})" : "Closed";
}
