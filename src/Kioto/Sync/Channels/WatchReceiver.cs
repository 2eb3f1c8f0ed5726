using System;
using System.Collections.Generic;
using System.Threading;

namespace Kioto.Sync;

/// <summary>An end of a watch channel that sees the latest value. One task at a time; clone it for others.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
public sealed class WatchReceiver<T> : IReceiver<T>, IAsyncEnumerable<T>, IFutureEnumerable<T>, IDisposable
{
    private readonly WatchChannel<T> _channel;

    // INVARIANT: see there.
    private WatchPlace _place;

    internal WatchReceiver(WatchChannel<T> channel, long seen)
    {
        _channel = channel;
        _place.Seen = seen;
    }

    /// <summary>Whether all senders have been disposed. The last value can still be seen.</summary>
    public bool IsClosed => _channel.IsClosed;

    /// <summary>Whether the value has changed since it was seen here.</summary>
    public bool HasChanged => Channel.Version != _place.Seen;

    private WatchChannel<T> Channel
    {
        get
        {
            WatchChannel<T>.ThrowIfEnded(ref _place);
            return _channel;
        }
    }

    /// <summary>The value. It does not count as seen.</summary>
    /// <returns>A copy: it holds no lock.</returns>
    public T Borrow() => Channel.Read(out _);

    /// <summary>The value, which counts as seen from now on.</summary>
    /// <returns>A copy: it holds no lock.</returns>
    public T BorrowAndUpdate() => Channel.Read(out _place.Seen);

    /// <summary>Waits until the value has changed since it was seen here; then it counts as seen. Cancel safe.</summary>
    /// <returns>True for a change; false when there was none and all senders have been disposed.</returns>
    /// <exception cref="ObjectDisposedException">The receiver was disposed, or is while this waits.</exception>
    [CancelSafe]
    public Future<bool> ChangedAsync() => Wait.For<ChangedOperation, bool>(new ChangedOperation(this, Channel));

    /// <summary>Waits until the value, beginning with the current one, is as wanted; then it counts as seen. Cancel safe.</summary>
    /// <param name="predicate">Whether a value is wanted. No lock is held.</param>
    /// <returns>The value; or Closed when none was and all senders have been disposed.</returns>
    [CancelSafe]
    public async Future<RecvResult<T>> WaitForAsync(Func<T, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        await Kio.ConsumeBudgetAsync(); // A value that is good already is an operation too.

        while (true)
        {
            bool closed = IsClosed;
            T value = BorrowAndUpdate();
            if (predicate(value))
            {
                return new RecvResult<T>(value);
            }

            if (closed || !await ChangedAsync())
            {
                return default;
            }
        }
    }

    /// <summary>
    /// Blocks the thread until the value has changed since it was seen here; then it counts as seen. For threads that poll
    /// no futures.
    /// </summary>
    /// <returns>As <see cref="ChangedAsync"/>.</returns>
    /// <exception cref="InvalidOperationException">The thread is polling futures.</exception>
    /// <exception cref="ObjectDisposedException">The receiver was disposed, or is while this waits.</exception>
    public bool Changed() => BlockingWait.For(ChangedAsync(), "WatchReceiver.Changed", "ChangedAsync");

    /// <summary>
    /// Blocks the thread until the value, beginning with the current one, is as wanted; then it counts as seen. For threads
    /// that poll no futures.
    /// </summary>
    /// <param name="predicate">Whether a value is wanted. It is called on this thread; no lock is held.</param>
    /// <returns>As <see cref="WaitForAsync"/>.</returns>
    /// <exception cref="InvalidOperationException">The thread is polling futures.</exception>
    /// <exception cref="ObjectDisposedException">The receiver was disposed, or is while this waits.</exception>
    public RecvResult<T> WaitFor(Func<T, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return BlockingWait.For(WaitForAsync(predicate), "WatchReceiver.WaitFor", "WaitForAsync");
    }

    /// <summary>Makes the current value count as not seen.</summary>
    public void MarkChanged() => _place.Seen = -1;

    /// <summary>Makes the current value count as seen.</summary>
    public void MarkUnchanged() => _place.Seen = Channel.Version;

    /// <summary>Another receiver, which has seen what this one has.</summary>
    /// <returns>The receiver; dispose it too.</returns>
    public WatchReceiver<T> Clone()
    {
        Channel.AddReceiver();
        return new WatchReceiver<T>(_channel, _place.Seen);
    }

    /// <summary>Whether both see the same value.</summary>
    /// <param name="other">The other receiver.</param>
    /// <returns>True if they do.</returns>
    public bool SameChannel(WatchReceiver<T> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return ReferenceEquals(_channel, other._channel);
    }

    /// <summary>Ends receiving here. Who waits here gets an <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _channel.EndReceiver(ref _place);

    /// <summary>Enumerates changes by <c>await foreach</c>: each time the latest value that was not seen.</summary>
    /// <returns>The enumerator.</returns>
    public RecvEnumerator<T> GetAsyncEnumerator() => new(this);

    IAsyncEnumerator<T> IAsyncEnumerable<T>.GetAsyncEnumerator(CancellationToken cancellationToken) =>
        RecvEnumerator<T>.Through(this, cancellationToken);

    IFutureEnumerator<T> IFutureEnumerable<T>.GetFutureEnumerator(CancellationToken cancellationToken) => GetAsyncEnumerator();

    Future<RecvResult<T>> IReceiver<T>.RecvAsync() =>
        Wait.For<NextOperation, RecvResult<T>>(new NextOperation(this, Channel));

    private readonly struct ChangedOperation(WatchReceiver<T> receiver, WatchChannel<T> channel) : IWaitOperation<bool>
    {
        public bool Poll(Waiter waiter, WakeTarget target, out bool result)
        {
            bool done = channel.PollChanged(waiter, target, ref receiver._place);
            long version = channel.Version;
            result = done && version != receiver._place.Seen;
            if (result)
            {
                receiver._place.Seen = version;
            }

            return done;
        }

        public void Withdraw(Waiter waiter) => channel.WithdrawChanged(waiter, ref receiver._place);

        public void Describe(LeafDescription into) => into.Set(typeof(WatchReceiver<T>), "ChangedAsync", channel);
    }

    private readonly struct NextOperation(WatchReceiver<T> receiver, WatchChannel<T> channel) : IWaitOperation<RecvResult<T>>
    {
        public bool Poll(Waiter waiter, WakeTarget target, out RecvResult<T> result)
        {
            bool done = channel.PollChanged(waiter, target, ref receiver._place);
            result = done && channel.Version != receiver._place.Seen ? new RecvResult<T>(channel.Read(out receiver._place.Seen)) : default;
            return done;
        }

        public void Withdraw(Waiter waiter) => channel.WithdrawChanged(waiter, ref receiver._place);

        public void Describe(LeafDescription into) => into.Set(typeof(WatchReceiver<T>), "MoveNextAsync", channel);
    }
}
