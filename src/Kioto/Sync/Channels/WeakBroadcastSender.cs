using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;

namespace Kioto.Sync;

/// <summary>A sender of a broadcast channel that does not keep it open.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
public sealed class WeakBroadcastSender<T> : IDisposable
{
    private readonly BroadcastChannel<T> _channel;

    // INVARIANT: set once, by an exchange.
    private int _disposed;

    internal WeakBroadcastSender(BroadcastChannel<T> channel)
    {
        _channel = channel;
        channel.Senders.AddWeak();
    }

    /// <summary>How many senders have not been disposed.</summary>
    public int StrongCount => _channel.Senders.Strong;

    /// <summary>How many weak senders have not been disposed.</summary>
    public int WeakCount => _channel.Senders.Weak;

    /// <summary>Makes a sender, if there is still one.</summary>
    /// <param name="sender">The sender; dispose it.</param>
    /// <returns>False when the last sender has been disposed.</returns>
    /// <exception cref="ObjectDisposedException">This was disposed.</exception>
    public bool TryUpgrade([NotNullWhen(true)] out BroadcastSender<T>? sender)
    {
        DisposedEnd.ThrowIf(Volatile.Read(ref _disposed) != 0, this); // ORDERING: misuse.
        sender = _channel.Senders.TryAdd() ? new BroadcastSender<T>(_channel) : null;
        return sender is not null;
    }

    /// <summary>Another weak sender of the same channel.</summary>
    /// <returns>The weak sender; dispose it too, so that it counts no more.</returns>
    /// <exception cref="ObjectDisposedException">This was disposed.</exception>
    public WeakBroadcastSender<T> Clone()
    {
        DisposedEnd.ThrowIf(Volatile.Read(ref _disposed) != 0, this); // ORDERING: misuse.
        return new WeakBroadcastSender<T>(_channel);
    }

    /// <summary>It counts no more.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0) // ORDERING: once.
        {
            _channel.Senders.RemoveWeak();
        }
    }
}
