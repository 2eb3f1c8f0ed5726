using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Kioto.Sync;

/// <summary>What sending a value came to; what was not sent is handed back. A default one says closed.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "Results are looked at once.")]
public readonly struct SendResult<T>
{
    // Once it is sent: anything.
    private readonly T _value;
    private readonly SendStatus _status;

    internal SendResult(SendStatus status, in T value)
    {
        _status = status;
        _value = value;
    }

    /// <summary>What it came to.</summary>
    public SendStatus Status => _status;

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
        value = IsSent ? default : _value;
        return !IsSent;
    }

    /// <summary>Throws if the value was not sent.</summary>
    /// <exception cref="ClosedException">The channel is closed.</exception>
    /// <exception cref="InvalidOperationException">The channel is full at this moment: <c>SendAsync</c> waits for room.</exception>
    public void ThrowIfNotSent()
    {
        if (!IsSent)
        {
            throw IsClosed
                ? new ClosedException("The channel is closed: nobody receives any more.")
                : new InvalidOperationException("The channel is full at this moment: send by SendAsync, which waits for room, or look at IsFull.");
        }
    }

    /// <summary>The value of one that is not sent.</summary>
    /// <param name="result">The result.</param>
    /// <returns>The value, where it is.</returns>
    internal static ref readonly T ValueOf(in SendResult<T> result) => ref result._value;

    /// <summary>Says what sending the value came to, in place, which saves copying a large one.</summary>
    /// <param name="result">The result, which nobody has seen yet.</param>
    /// <param name="status">What it came to.</param>
    internal static void Set(ref SendResult<T> result, SendStatus status)
    {
        Unsafe.AsRef(in result._status) = status; // SAFETY: the caller may write to it.
        if (status == SendStatus.Sent && RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            Unsafe.AsRef(in result._value) = default!; // SAFETY: as above.
        }
    }

    /// <inheritdoc/>
    public override string ToString() => IsSent ? "Sent" : $"{Status}({_value})";
}
