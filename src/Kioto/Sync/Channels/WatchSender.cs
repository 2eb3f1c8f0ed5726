using System;
using System.Threading;

namespace Kioto.Sync;

/// <summary>An end of a watch channel that sets the value; any number of tasks may use it at once. Never waits.</summary>
/// <remarks>Receivers learn the end when the last sender has been disposed.</remarks>
/// <typeparam name="T">The type of the value.</typeparam>
public sealed class WatchSender<T> : IDisposable
{
    private readonly WatchChannel<T> _channel;

    // INVARIANT: set once, by an exchange.
    private int _disposed;

    internal WatchSender(WatchChannel<T> channel) => _channel = channel;

    /// <summary>How many receivers there are.</summary>
    public int ReceiverCount => _channel.ReceiverCount;

    /// <summary>How many senders have not been disposed.</summary>
    public int SenderCount => _channel.Senders.Strong;

    /// <summary>Whether there is no receiver. There may be one again later.</summary>
    public bool IsClosed => ReceiverCount == 0;

    private WatchChannel<T> Channel
    {
        get
        {
            DisposedEnd.ThrowIf(Volatile.Read(ref _disposed) != 0, this); // ORDERING: misuse.
            return _channel;
        }
    }

    /// <summary>The value.</summary>
    /// <returns>A copy: it holds no lock.</returns>
    public T Borrow() => Channel.Read(out _);

    /// <summary>Sets the value and tells the receivers.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Sent; or Closed with the value when there is no receiver: then it is not stored.</returns>
    public SendResult<T> Send(T value) => Channel.Store(value, always: false, out _)
        ? new SendResult<T>(SendStatus.Sent, default!)
        : new SendResult<T>(SendStatus.Closed, value);

    /// <summary>Sets the value and tells the receivers; with no receiver it is stored too.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The value before.</returns>
    public T SendReplace(T value)
    {
        Channel.Store(value, always: true, out T previous);
        return previous;
    }

    /// <summary>Makes a new value of the current one and tells the receivers; with no receiver it is stored too.</summary>
    /// <param name="change">
    /// Makes the value. No lock is held: it is called again if somebody else was faster. If it throws, the old value stays.
    /// Return a new value: an object that is changed in place is changed for all who have it, also if it throws.
    /// </param>
    /// <exception cref="InvalidOperationException">The function sends to this channel itself.</exception>
    public void SendModify(Func<T, T> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        WatchChannel<T> channel = Channel;
        T value = change(channel.Read(out long version));
        while (!channel.TryStore(value, version))
        {
            using WatchRepeat<T> repeat = new(channel);
            value = change(channel.Read(out version));
        }
    }

    /// <summary>Changes the value if it wants to; only then the receivers are told.</summary>
    /// <param name="modifier">
    /// Changes a copy. No lock is held: it is called again if somebody else was faster. If it throws, the old value stays.
    /// Of a class the copy is the reference: put a new object there, as one that is changed in place is changed for all.
    /// </param>
    /// <returns>Whether it was changed.</returns>
    /// <exception cref="InvalidOperationException">The function sends to this channel itself.</exception>
    public bool SendIfModified(WatchModifier<T> modifier)
    {
        ArgumentNullException.ThrowIfNull(modifier);
        WatchChannel<T> channel = Channel;
        T value = channel.Read(out long version);
        bool changed = modifier(ref value);
        while (changed && !channel.TryStore(value, version))
        {
            using WatchRepeat<T> repeat = new(channel);
            value = channel.Read(out version);
            changed = modifier(ref value);
        }

        return changed;
    }

    /// <summary>One more receiver, for which the current value counts as seen.</summary>
    /// <returns>The receiver.</returns>
    public WatchReceiver<T> Subscribe()
    {
        WatchChannel<T> channel = Channel;
        channel.AddReceiver();
        return new WatchReceiver<T>(channel, channel.Version);
    }

    /// <summary>Waits until there is no receiver. Cancel safe.</summary>
    /// <returns>A future without a result.</returns>
    /// <exception cref="ObjectDisposedException">The sender was disposed.</exception>
    [CancelSafe]
    public Future ClosedAsync() => Wait.For(new ClosedOperation(Channel, typeof(WatchSender<T>)));

    /// <summary>Another sender of the same channel.</summary>
    /// <returns>The sender; dispose it too.</returns>
    public WatchSender<T> Clone()
    {
        Channel.Senders.AddCopy(this);
        return new WatchSender<T>(_channel);
    }

    /// <summary>Whether both set the same value.</summary>
    /// <param name="other">The other sender.</param>
    /// <returns>True if they do.</returns>
    public bool SameChannel(WatchSender<T> other)
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
