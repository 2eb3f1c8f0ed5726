using System;
using System.Threading;

namespace Kioto.Sync;

/// <summary>An end of an mpmc channel that sends; any number of tasks may use it at once.</summary>
/// <remarks>The channel closes when the last of its senders, or the last of its receivers, has been disposed.</remarks>
/// <typeparam name="T">The type of the values.</typeparam>
public sealed class MpmcSender<T> : IChannelSender<T>, IDisposable
{
    private readonly MpmcChannel<T> _channel;

    // INVARIANT: set once, by an exchange.
    private int _disposed;

    internal MpmcSender(MpmcChannel<T> channel) => _channel = channel;

    /// <summary>Whether nobody will receive any more.</summary>
    public bool IsClosed => _channel.IsClosed;

    /// <summary>How many values there are at this moment.</summary>
    public int Count => _channel.Count;

    /// <summary>How many values could be sent at this moment without waiting; of an unbounded channel <see cref="int.MaxValue"/>.</summary>
    public int Capacity => _channel.Room;

    /// <summary>How many values the channel holds at most; an unbounded one <see cref="int.MaxValue"/>.</summary>
    public int MaxCapacity => _channel.MaxCapacity;

    /// <summary>How many senders have not been disposed.</summary>
    public int StrongCount => _channel.Senders.Strong;

    /// <summary>How many weak senders have not been disposed.</summary>
    public int WeakCount => _channel.Senders.Weak;

    private bool IsDisposed => Volatile.Read(ref _disposed) != 0; // ORDERING: misuse.

    private MpmcChannel<T> Channel
    {
        get
        {
            DisposedEnd.ThrowIf(IsDisposed, this);
            return _channel;
        }
    }

    /// <summary>Sends, when there is room.</summary>
    /// <remarks>Cancel safety: cancelling loses the value (the caller has it) and the place in the queue.</remarks>
    /// <param name="value">The value.</param>
    /// <returns>Sent, or Closed with the value.</returns>
    [NotCancelSafe]
    public Future<SendResult<T>> SendAsync(T value) =>
        Wait.For<SendOperation, SendResult<T>>(new SendOperation(Channel, value));

    /// <summary>Sends if there is room.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Sent; or Full or Closed with the value.</returns>
    public SendResult<T> TrySend(T value) => Channel.TrySend(value);

    /// <summary>Blocks the thread until there is room. For threads that poll no futures.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Sent, or Closed with the value.</returns>
    /// <exception cref="InvalidOperationException">The thread is polling futures.</exception>
    public SendResult<T> Send(T value) => BlockingWait.For(SendAsync(value), "MpmcSender.Send", "SendAsync");

    /// <summary>Waits until nobody will receive any more. Cancel safe.</summary>
    /// <returns>A future without a result.</returns>
    /// <exception cref="ObjectDisposedException">The sender was disposed.</exception>
    [CancelSafe]
    public Future ClosedAsync() => Wait.For(new ClosedOperation(Channel, typeof(MpmcSender<T>)));

    /// <summary>Another sender of the same channel.</summary>
    /// <returns>The sender; dispose it too.</returns>
    public MpmcSender<T> Clone()
    {
        Channel.Senders.AddCopy(this);
        return new MpmcSender<T>(_channel);
    }

    /// <summary>A sender that does not keep the channel open.</summary>
    /// <returns>The weak sender.</returns>
    public WeakMpmcSender<T> Downgrade() => new(Channel);

    /// <summary>Whether both send into the same channel.</summary>
    /// <param name="other">The other sender.</param>
    /// <returns>True if they do.</returns>
    public bool SameChannel(MpmcSender<T> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return ReferenceEquals(_channel, other._channel);
    }

    /// <summary>Ends sending here. The last sender closes the channel.</summary>
    public void Dispose() => _channel.EndSender(ref _disposed, null);

    bool IChannelSender<T>.IsOpen => !IsDisposed && !IsClosed;

    Exception? IChannelSender<T>.Failure => _channel.Failure.Value;

    bool IChannelSender<T>.TrySend(T value) => !IsDisposed && _channel.TrySend(value).IsSent;

    Future<bool> IChannelSender<T>.RoomAsync() => RoomOperation.Wait(_channel.Places, _channel, typeof(MpmcSender<T>), "WaitToWriteAsync");

    bool IChannelSender<T>.End(Exception? error) => _channel.EndSender(ref _disposed, error);

    private readonly struct SendOperation(MpmcChannel<T> channel, T value) : IWaitOperation<SendResult<T>>
    {
        public bool Poll(Waiter waiter, WakeTarget target, out SendResult<T> result)
        {
            switch (channel.Places.Poll(waiter, target, 1))
            {
                case AcquireOutcome.Acquired:
                    result = channel.Put(value);
                    return true;
                case AcquireOutcome.Closed:
                    result = new SendResult<T>(SendStatus.Closed, value);
                    return true;
                default:
                    result = default;
                    return false;
            }
        }

        public void Withdraw(Waiter waiter) => channel.Places.Withdraw(waiter);

        public void Describe(LeafDescription into) => into.Set(typeof(MpmcSender<T>), "SendAsync", channel);
    }
}
