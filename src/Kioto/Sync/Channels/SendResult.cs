using System.Diagnostics.CodeAnalysis;

namespace Kioto.Sync;

/// <summary>What sending a value came to; what was not sent is handed back.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "Results are looked at once.")]
public readonly struct SendResult<T>
{
    private readonly T _value;

    internal SendResult(SendStatus status, T value)
    {
        Status = status;
        _value = value;
    }

    /// <summary>What it came to.</summary>
    public SendStatus Status { get; }

    /// <summary>Whether the channel has the value.</summary>
    public bool IsSent => Status == SendStatus.Sent;

    /// <summary>Whether nobody will receive any more.</summary>
    public bool IsClosed => Status == SendStatus.Closed;

    /// <summary>Whether there was no room.</summary>
    public bool IsFull => Status == SendStatus.Full;

    /// <summary>Gets the value back if it was not sent.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Whether it was not sent.</returns>
    public bool TryGetRejected([MaybeNullWhen(false)] out T value)
    {
        value = _value;
        return !IsSent;
    }

    /// <summary>Throws if the value was not sent.</summary>
    /// <exception cref="ClosedException">The channel is closed, or full.</exception>
    public void ThrowIfNotSent()
    {
        if (!IsSent)
        {
            throw new ClosedException(IsClosed ? "The channel is closed: nobody receives any more." : "The channel is full.");
        }
    }

    /// <inheritdoc/>
    public override string ToString() => IsSent ? "Sent" : $"{Status}({_value})";
}
