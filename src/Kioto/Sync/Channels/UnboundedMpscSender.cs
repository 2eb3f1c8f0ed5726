using System;
using System.Threading;

namespace Kioto.Sync;

/// <summary>An end of an unbounded mpsc channel that sends; any number of tasks may use it at once. Sending never waits.</summary>
/// <remarks>The channel closes when the last of its senders has been disposed: dispose each one that you have cloned.</remarks>
/// <typeparam name="T">The type of the values.</typeparam>
public sealed class UnboundedMpscSender<T> : IChannelSender<T>, IDisposable
{
    private readonly MpscChannel<T> _channel;

    // INVARIANT: set once, by an exchange.
    private int _disposed;

    internal UnboundedMpscSender(MpscChannel<T> channel) => _channel = channel;

    /// <summary>Whether nobody will receive any more.</summary>
    public bool IsClosed => _channel.IsClosed;

    /// <summary>How many senders have not been disposed.</summary>
    public int StrongCount => _channel.Senders.Strong;

    /// <summary>How many weak senders have not been disposed.</summary>
    public int WeakCount => _channel.Senders.Weak;

    private bool IsDisposed => Volatile.Read(ref _disposed) != 0; // ORDERING: misuse.

    private MpscChannel<T> Channel
    {
        get
        {
            DisposedEnd.ThrowIf(IsDisposed, this);
            return _channel;
        }
    }

    /// <summary>Sends, at once. Usable from any thread.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Sent, or Closed with the value.</returns>
    public SendResult<T> Send(T value)
    {
        SendStatus status = Channel.SendUnbounded(in value);
        return new SendResult<T>(status, status == SendStatus.Sent ? default! : value);
    }

    /// <summary>Waits until nobody will receive any more. Cancel safe.</summary>
    /// <returns>A future without a result.</returns>
    /// <exception cref="ObjectDisposedException">The sender was disposed.</exception>
    [CancelSafe]
    public Future ClosedAsync() => Wait.For(new ClosedOperation(Channel, typeof(MpscSender<T>)));

    /// <summary>Another sender of the same channel.</summary>
    /// <returns>The sender; dispose it too.</returns>
    public UnboundedMpscSender<T> Clone()
    {
        MpscChannel<T> channel = Channel;
        channel.Senders.AddCopy(this);
        return new UnboundedMpscSender<T>(channel);
    }

    /// <summary>A sender that does not keep the channel open.</summary>
    /// <returns>The weak sender.</returns>
    public WeakUnboundedMpscSender<T> Downgrade() => new(Channel);

    /// <summary>Whether both send into the same channel.</summary>
    /// <param name="other">The other sender.</param>
    /// <returns>True if they do.</returns>
    public bool SameChannel(UnboundedMpscSender<T> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return ReferenceEquals(_channel, other._channel);
    }

    /// <summary>Ends sending here. The last sender closes the channel.</summary>
    public void Dispose() => _channel.EndSender(ref _disposed, null);

    bool IChannelSender<T>.IsOpen => !IsDisposed && !IsClosed;

    Exception? IChannelSender<T>.Failure => _channel.Failure.Value;

    bool IChannelSender<T>.TrySend(T value) => !IsDisposed && _channel.SendUnbounded(in value) == SendStatus.Sent;

    Future<bool> IChannelSender<T>.RoomAsync() => Future.FromResult(true);

    Future<SendResult<T>> IChannelSender<T>.SendAsync(T value)
    {
        SendStatus status = _channel.SendUnbounded(in value);
        return Future.FromResult(new SendResult<T>(status, status == SendStatus.Sent ? default! : value));
    }

    bool IChannelSender<T>.End(Exception? error) => _channel.EndSender(ref _disposed, error);
}
