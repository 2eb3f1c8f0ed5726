using System;
using System.Threading;

namespace Kioto.Sync;

/// <summary>An end of a lossless broadcast channel that sends; it waits for the slowest receiver, first come, first served.</summary>
/// <remarks>Receivers learn the end when the last sender has been disposed.</remarks>
/// <typeparam name="T">The type of the values.</typeparam>
public sealed class LosslessSender<T> : IChannelSender<T>, IDisposable
{
    private readonly BroadcastChannel<T> _channel;

    // INVARIANT: set once, by an exchange.
    private int _disposed;

    internal LosslessSender(BroadcastChannel<T> channel) => _channel = channel;

    /// <summary>How many receivers there are.</summary>
    public int ReceiverCount => _channel.ReceiverCount;

    /// <summary>How many values some receiver has yet to receive.</summary>
    public int Count => _channel.Count;

    /// <summary>How many values the slowest receiver may be behind.</summary>
    public int Capacity => _channel.Capacity;

    /// <summary>How many senders have not been disposed.</summary>
    public int StrongCount => _channel.Senders.Strong;

    /// <summary>How many weak senders have not been disposed.</summary>
    public int WeakCount => _channel.Senders.Weak;

    private bool IsDisposed => Volatile.Read(ref _disposed) != 0; // ORDERING: misuse.

    private BroadcastChannel<T> Channel
    {
        get
        {
            DisposedEnd.ThrowIf(IsDisposed, this);
            return _channel;
        }
    }

    /// <summary>Sends to all receivers, when the slowest has made room.</summary>
    /// <remarks>Cancel safety: cancelling loses the value (the caller has it) and the place in the queue.</remarks>
    /// <param name="value">The value.</param>
    /// <returns>Sent; or Closed with the value when there is no receiver. There may be one again later.</returns>
    [NotCancelSafe]
    public Future<SendResult<T>> SendAsync(T value) =>
        Wait.For<SendOperation, SendResult<T>>(new SendOperation(Channel, value));

    /// <summary>Sends to all receivers if there is room.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Sent; or Full or Closed with the value.</returns>
    public SendResult<T> TrySend(T value) => TrySend(Channel, value);

    private static SendResult<T> TrySend(BroadcastChannel<T> channel, T value)
    {
        if (channel.Places!.TryAcquire(1) == AcquireOutcome.Acquired)
        {
            return Put(channel, value);
        }

        return new SendResult<T>(channel.ReceiverCount == 0 ? SendStatus.Closed : SendStatus.Full, value);
    }

    /// <summary>Blocks the thread until there is room. For threads that poll no futures.</summary>
    /// <param name="value">The value.</param>
    /// <returns>As <see cref="SendAsync"/>.</returns>
    /// <exception cref="InvalidOperationException">The thread is polling futures.</exception>
    public SendResult<T> Send(T value) => BlockingWait.For(SendAsync(value), "LosslessSender.Send", "SendAsync");

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
    public LosslessSender<T> Clone()
    {
        Channel.Senders.AddCopy(this);
        return new LosslessSender<T>(_channel);
    }

    /// <summary>A sender that does not keep the channel open.</summary>
    /// <returns>The weak sender.</returns>
    public WeakLosslessSender<T> Downgrade() => new(Channel);

    /// <summary>Whether both send into the same channel.</summary>
    /// <param name="other">The other sender.</param>
    /// <returns>True if they do.</returns>
    public bool SameChannel(LosslessSender<T> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return ReferenceEquals(_channel, other._channel);
    }

    /// <summary>Ends sending here. The last sender closes the channel.</summary>
    public void Dispose() => End();

    bool IChannelSender<T>.IsOpen => !IsDisposed && ReceiverCount != 0;

    Exception? IChannelSender<T>.Failure => null; // Nobody is told of it.

    bool IChannelSender<T>.TrySend(T value) => !IsDisposed && TrySend(_channel, value).IsSent;

    Future<bool> IChannelSender<T>.RoomAsync() => RoomOperation.Wait(_channel.Places!, _channel, typeof(LosslessSender<T>), "WaitToWriteAsync");

    bool IChannelSender<T>.End(Exception? error) => End();

    private bool End()
    {
        // ORDERING: once.
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return false;
        }

        _channel.RemoveSender();
        return true;
    }

    private static SendResult<T> Put(BroadcastChannel<T> channel, T value)
    {
        if (channel.Send(value))
        {
            return new SendResult<T>(SendStatus.Sent, default!);
        }

        channel.Places!.Release(1);
        return new SendResult<T>(SendStatus.Closed, value);
    }

    private readonly struct SendOperation(BroadcastChannel<T> channel, T value) : IWaitOperation<SendResult<T>>
    {
        public bool Poll(Waiter waiter, WakeTarget target, out SendResult<T> result)
        {
            bool acquired = channel.Places!.Poll(waiter, target, 1) == AcquireOutcome.Acquired;
            result = acquired ? Put(channel, value) : default;
            return acquired;
        }

        public void Withdraw(Waiter waiter) => channel.Places!.Withdraw(waiter);

        public void Describe(LeafDescription into) => into.Set(typeof(LosslessSender<T>), "SendAsync", channel);
    }
}
