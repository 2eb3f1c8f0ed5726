using System;
using System.Threading;

namespace Kioto.Sync;

/// <summary>An end of a broadcast channel that sends; any number of tasks may use it at once. Sending never waits.</summary>
/// <remarks>Receivers learn the end when the last sender has been disposed.</remarks>
/// <typeparam name="T">The type of the values.</typeparam>
public sealed class BroadcastSender<T> : IDisposable
{
    private readonly BroadcastChannel<T> _channel;

    // INVARIANT: set once, by an exchange.
    private int _disposed;

    internal BroadcastSender(BroadcastChannel<T> channel) => _channel = channel;

    /// <summary>How many receivers there are.</summary>
    public int ReceiverCount => _channel.ReceiverCount;

    /// <summary>How many values some receiver has yet to receive.</summary>
    public int Count => _channel.Count;

    /// <summary>Whether all receivers have received everything.</summary>
    public bool IsEmpty => Count == 0;

    /// <summary>How many values are kept for slow receivers.</summary>
    public int Capacity => _channel.Capacity;

    /// <summary>How many senders have not been disposed.</summary>
    public int StrongCount => _channel.Senders.Strong;

    /// <summary>How many weak senders have not been disposed.</summary>
    public int WeakCount => _channel.Senders.Weak;

    private BroadcastChannel<T> Channel
    {
        get
        {
            DisposedEnd.ThrowIf(Volatile.Read(ref _disposed) != 0, this); // ORDERING: misuse.
            return _channel;
        }
    }

    /// <summary>Sends to all receivers, at once; it may overwrite what slow ones have not received.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Sent; or Closed with the value when there is no receiver. There may be one again later.</returns>
    public SendResult<T> Send(T value) => Channel.Send(value)
        ? new SendResult<T>(SendStatus.Sent, default!)
        : new SendResult<T>(SendStatus.Closed, value);

    /// <summary>One more receiver, for what is sent from now on.</summary>
    /// <returns>The receiver.</returns>
    public BroadcastReceiver<T> Subscribe() => new(Channel, _channel.Subscribe());

    /// <summary>Waits until there is no receiver. Cancel safe.</summary>
    /// <returns>A future without a result.</returns>
    /// <exception cref="ObjectDisposedException">The sender was disposed.</exception>
    [CancelSafe]
    public Future ClosedAsync() => Wait.For(new ClosedOperation(Channel, typeof(BroadcastSender<T>)));

    /// <summary>Another sender of the same channel.</summary>
    /// <returns>The sender; dispose it too.</returns>
    public BroadcastSender<T> Clone()
    {
        Channel.Senders.AddCopy(this);
        return new BroadcastSender<T>(_channel);
    }

    /// <summary>A sender that does not keep the channel open.</summary>
    /// <returns>The weak sender.</returns>
    public WeakBroadcastSender<T> Downgrade() => new(Channel);

    /// <summary>Whether both send into the same channel.</summary>
    /// <param name="other">The other sender.</param>
    /// <returns>True if they do.</returns>
    public bool SameChannel(BroadcastSender<T> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return ReferenceEquals(_channel, other._channel);
    }

    /// <summary>Ends sending here. The last sender closes the channel.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0) // ORDERING: once.
        {
            _channel.RemoveSender();
        }
    }
}
