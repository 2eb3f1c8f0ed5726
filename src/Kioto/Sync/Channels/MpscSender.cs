using System;
using System.Threading;

namespace Kioto.Sync;

/// <summary>An end of a bounded mpsc channel that sends; any number of tasks may use it at once.</summary>
/// <remarks>The channel closes when the last of its senders has been disposed: dispose each one that you have cloned.</remarks>
/// <typeparam name="T">The type of the values.</typeparam>
public sealed class MpscSender<T> : IChannelSender<T>, IDisposable
{
    private readonly MpscChannel<T> _channel;

    // INVARIANT: set once, by an exchange.
    private int _disposed;

    internal MpscSender(MpscChannel<T> channel) => _channel = channel;

    /// <summary>Whether nobody will receive any more.</summary>
    public bool IsClosed => _channel.IsClosed;

    /// <summary>How many values could be sent at this moment without waiting.</summary>
    public int Capacity => (int)_channel.Places.Available;

    /// <summary>How many values the channel holds at most.</summary>
    public int MaxCapacity => (int)_channel.Capacity;

    /// <summary>How many senders have not been disposed.</summary>
    public int StrongCount => _channel.Senders.Strong;

    /// <summary>How many weak senders have not been disposed.</summary>
    public int WeakCount => _channel.Senders.Weak;

    bool IChannelSender<T>.IsOpen => !IsDisposed && !IsClosed;

    Exception? IChannelSender<T>.Failure => _channel.Failure.Value;

    private bool IsDisposed => Volatile.Read(ref _disposed) != 0; // ORDERING: misuse.

    internal MpscChannel<T> ChannelOrDisposed => _channel;

    internal MpscChannel<T> Channel
    {
        get
        {
            DisposedEnd.ThrowIf(Volatile.Read(ref _disposed) != 0, this); // ORDERING: misuse.
            return _channel;
        }
    }

    /// <summary>Sends, when there is room.</summary>
    /// <remarks>
    /// Cancel safety: cancelling loses the value (the caller has it) and the place in the queue. Where that matters,
    /// wait by <see cref="ReserveAsync"/> and send into the permit.
    /// </remarks>
    /// <param name="value">The value.</param>
    /// <returns>Sent, or Closed with the value.</returns>
    [NotCancelSafe]
    public Future<SendResult<T>> SendAsync(T value)
    {
        DisposedEnd.ThrowIf(IsDisposed, this);
        return new Future<SendResult<T>>(_channel.Sends ?? MakeSends(), 0, new SendResult<T>(SendStatus.Full, value));
    }

    /// <summary>Sends if there is room.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Sent; or Full or Closed with the value.</returns>
    public SendResult<T> TrySend(T value)
    {
        SendStatus status = Channel.Send(in value);
        return new SendResult<T>(status, status == SendStatus.Sent ? default! : value);
    }

    /// <summary>Blocks the thread until there is room. For threads that poll no futures.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Sent, or Closed with the value.</returns>
    /// <exception cref="InvalidOperationException">The thread is polling futures.</exception>
    public SendResult<T> Send(T value) => BlockingWait.For(SendAsync(value), "MpscSender.Send", "SendAsync");

    /// <summary>Waits for room for one value.</summary>
    /// <remarks>Cancel safety: cancelling loses the place in the queue.</remarks>
    /// <returns>The permit to send one value without waiting; dispose it if it is not used.</returns>
    /// <exception cref="ClosedException">The channel is closed, or closes meanwhile.</exception>
    [LosesPlace]
    public Future<MpscPermit<T>> ReserveAsync() =>
        Wait.For<ReserveOperation, MpscPermit<T>>(new ReserveOperation(Channel, 1));

    /// <summary>Waits for room for so many values at once.</summary>
    /// <remarks>Cancel safety: cancelling loses the place in the queue.</remarks>
    /// <param name="count">How many, at most <see cref="MaxCapacity"/>.</param>
    /// <returns>One permit to send so many values without waiting; disposing it gives back what is left of it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There can never be so much room.</exception>
    /// <exception cref="ClosedException">The channel is closed, or closes meanwhile.</exception>
    [LosesPlace]
    public Future<MpscPermit<T>> ReserveManyAsync(int count)
    {
        CheckMany(count);
        return Wait.For<ReserveOperation, MpscPermit<T>>(new ReserveOperation(Channel, count));
    }

    /// <summary>Reserves room for one value if there is some.</summary>
    /// <param name="permit">The permit.</param>
    /// <returns>False when the channel is full or closed.</returns>
    public bool TryReserve(out MpscPermit<T> permit) => TryReserveMany(1, out permit);

    /// <summary>Reserves room for so many values if there is as much.</summary>
    /// <param name="count">How many, at most <see cref="MaxCapacity"/>.</param>
    /// <param name="permit">One permit for all of them.</param>
    /// <returns>False when there is less room, or the channel is closed.</returns>
    public bool TryReserveMany(int count, out MpscPermit<T> permit)
    {
        CheckMany(count);
        MpscChannel<T> channel = Channel;
        bool reserved = channel.Places.TryAcquire(count) == AcquireOutcome.Acquired;
        permit = reserved ? new MpscPermit<T>(Lease.Rent(channel, count)) : default;
        return reserved;
    }

    /// <summary>Waits until nobody will receive any more. Cancel safe.</summary>
    /// <returns>A future without a result.</returns>
    /// <exception cref="ObjectDisposedException">The sender was disposed.</exception>
    [CancelSafe]
    public Future ClosedAsync() => Wait.For(new ClosedOperation(Channel, typeof(MpscSender<T>)));

    /// <summary>Another sender of the same channel.</summary>
    /// <returns>The sender; dispose it too.</returns>
    public MpscSender<T> Clone()
    {
        MpscChannel<T> channel = Channel;
        channel.Senders.AddCopy(this);
        return new MpscSender<T>(channel);
    }

    /// <summary>A sender that does not keep the channel open.</summary>
    /// <returns>The weak sender.</returns>
    public WeakMpscSender<T> Downgrade() => new(Channel);

    /// <summary>Whether both send into the same channel.</summary>
    /// <param name="other">The other sender.</param>
    /// <returns>True if they do.</returns>
    public bool SameChannel(MpscSender<T> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return ReferenceEquals(_channel, other._channel);
    }

    /// <summary>Ends sending here. The last sender closes the channel.</summary>
    public void Dispose() => _channel.EndSender(ref _disposed, null);

    bool IChannelSender<T>.TrySend(T value) => !IsDisposed && _channel.Send(in value) == SendStatus.Sent;

    Future<bool> IChannelSender<T>.RoomAsync() => RoomOperation.Wait(_channel.Places, _channel, typeof(MpscSender<T>), "WaitToWriteAsync");

    bool IChannelSender<T>.End(Exception? error) => _channel.EndSender(ref _disposed, error);

    private DirectSource<SendResult<T>> MakeSends() => _channel.Sends = new SendSource(_channel);

    private void CheckMany(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxCapacity);
    }

    // The value to send is in the future's result, as one that was not sent.
    private sealed class SendSource(MpscChannel<T> channel) : DirectSource<SendResult<T>>
    {
        internal override bool TryNow(uint token, ref SendResult<T> value, Ambient ambient)
        {
            SendStatus status = channel.Send(in SendResult<T>.ValueOf(in value));
            if (status == SendStatus.Full)
            {
                return false;
            }

            SendResult<T>.Set(ref value, status);
            return true;
        }

        internal override Future<SendResult<T>> Own(uint token, in SendResult<T> value) =>
            Wait.For<SendOperation, SendResult<T>>(new SendOperation(channel, in SendResult<T>.ValueOf(in value)));
    }

    private readonly struct SendOperation : IWaitOperation<SendResult<T>>
    {
        private readonly MpscChannel<T> _channel;
        private readonly T _value;

        internal SendOperation(MpscChannel<T> channel, in T value)
        {
            _channel = channel;
            _value = value;
        }

        public bool Poll(Waiter waiter, WakeTarget target, out SendResult<T> result)
        {
            switch (_channel.Places.Poll(waiter, target, 1))
            {
                case AcquireOutcome.Acquired:
                    _channel.Put(in _value);
                    result = new SendResult<T>(SendStatus.Sent, default!);
                    return true;
                case AcquireOutcome.Closed:
                    result = new SendResult<T>(SendStatus.Closed, in _value);
                    return true;
                default:
                    result = default;
                    return false;
            }
        }

        public void Withdraw(Waiter waiter) => _channel.Places.Withdraw(waiter);

        public void Describe(LeafDescription into) => into.Set(typeof(MpscSender<T>), "SendAsync", _channel);
    }

    private readonly struct ReserveOperation(MpscChannel<T> channel, int count) : IWaitOperation<MpscPermit<T>>
    {
        public bool Poll(Waiter waiter, WakeTarget target, out MpscPermit<T> result)
        {
            switch (channel.Places.Poll(waiter, target, count))
            {
                case AcquireOutcome.Acquired:
                    result = new MpscPermit<T>(Lease.Rent(channel, count, target));
                    return true;
                case AcquireOutcome.Closed:
                    throw new ClosedException("The channel is closed: nobody receives any more.");
                default:
                    result = default;
                    return false;
            }
        }

        public void Withdraw(Waiter waiter) => channel.Places.Withdraw(waiter);

        public void Describe(LeafDescription into) => into.Set(typeof(MpscSender<T>), "ReserveAsync", channel);
    }
}
