using System;
using System.Diagnostics.CodeAnalysis;

namespace Kioto.Sync;

/// <summary>A sender of an unbounded channel that does not keep it open.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
public sealed class WeakUnboundedMpscSender<T> : IDisposable
{
    private readonly MpscChannel<T> _channel;

    // INVARIANT: see there.
    private WeakEnd _end;

    internal WeakUnboundedMpscSender(MpscChannel<T> channel)
    {
        _channel = channel;
        _end = new WeakEnd(ref channel.Senders);
    }

    /// <summary>How many senders have not been disposed.</summary>
    public int StrongCount => _channel.Senders.Strong;

    /// <summary>How many weak senders have not been disposed.</summary>
    public int WeakCount => _channel.Senders.Weak;

    /// <summary>Makes a sender, if there is still one.</summary>
    /// <param name="sender">The sender; dispose it.</param>
    /// <returns>False when the last sender has been disposed.</returns>
    /// <exception cref="ObjectDisposedException">This was disposed.</exception>
    public bool TryUpgrade([NotNullWhen(true)] out UnboundedMpscSender<T>? sender)
    {
        sender = _end.TryUpgrade(ref _channel.Senders, this) ? new UnboundedMpscSender<T>(_channel) : null;
        return sender is not null;
    }

    /// <summary>Another weak sender of the same channel.</summary>
    /// <returns>The weak sender; dispose it too, so that it counts no more.</returns>
    /// <exception cref="ObjectDisposedException">This was disposed.</exception>
    public WeakUnboundedMpscSender<T> Clone()
    {
        _end.ThrowIfEnded(this);
        return new WeakUnboundedMpscSender<T>(_channel);
    }

    /// <summary>It counts no more.</summary>
    public void Dispose() => _end.End(ref _channel.Senders);
}
