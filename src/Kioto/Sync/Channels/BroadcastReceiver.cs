using System;
using System.Collections.Generic;
using System.Threading;

namespace Kioto.Sync;

/// <summary>A receiver of a broadcast channel: it gets every value that is sent while it exists. One task at a time.</summary>
/// <remarks>Dispose it: a lossless channel waits for it, and others keep its values until they are overwritten.</remarks>
/// <typeparam name="T">The type of the values.</typeparam>
public sealed class BroadcastReceiver<T> : IReceiver<T>, IAsyncEnumerable<T>, IFutureEnumerable<T>, IDisposable
{
    private readonly BroadcastChannel<T> _channel;

    // INVARIANT: guarded by the channel's lock.
    private long _next;

    // INVARIANT: the one operation that waits to receive; guarded by the channel's lock.
    private Waiter? _receiving;

    // INVARIANT: set once, by an exchange.
    private int _disposed;

    internal BroadcastReceiver(BroadcastChannel<T> channel, long next)
    {
        _channel = channel;
        _next = next;
    }

    /// <summary>How many values it has yet to receive, with those that it has missed.</summary>
    public int Count => _channel.CountFor(Volatile.Read(ref _next)); // ORDERING: a hint.

    /// <summary>Whether it has received everything that was sent up to now.</summary>
    public bool IsEmpty => Count == 0;

    /// <summary>Whether all senders have been disposed; some values may still be there.</summary>
    public bool IsClosed => _channel.IsClosed;

    /// <summary>How many senders have not been disposed.</summary>
    public int SenderStrongCount => _channel.Senders.Strong;

    /// <summary>How many weak senders have not been disposed.</summary>
    public int SenderWeakCount => _channel.Senders.Weak;

    private BroadcastChannel<T> Channel
    {
        get
        {
            DisposedEnd.ThrowIf(Volatile.Read(ref _disposed) != 0, this); // ORDERING: misuse.
            return _channel;
        }
    }

    /// <summary>Waits for the next value. Cancel safe: no value is lost.</summary>
    /// <returns>The value; or how many were missed, once, and then the oldest that is left; or Closed.</returns>
    /// <exception cref="InvalidOperationException">Another operation is receiving here.</exception>
    /// <exception cref="ObjectDisposedException">The receiver was disposed, or is while this waits.</exception>
    [CancelSafe]
    public Future<BroadcastRecvResult<T>> RecvAsync()
    {
        DisposedEnd.ThrowIf(Volatile.Read(ref _disposed) != 0, this); // ORDERING: misuse.
        return Wait.For<RecvOperation, BroadcastRecvResult<T>>(new RecvOperation(this));
    }

    /// <summary>Waits for a value, and takes as many as are there. Cancel safe: no value is lost.</summary>
    /// <remarks>If adding to the collection throws, so does this; what was not added is received next.</remarks>
    /// <param name="into">Where to put them.</param>
    /// <param name="limit">How many at most; 0 takes none and does not wait.</param>
    /// <returns>How many; or how many were missed, once, and then the oldest that are left; or Closed.</returns>
    /// <exception cref="ArgumentException">The collection is read-only, as an array is.</exception>
    /// <exception cref="InvalidOperationException">Another operation is receiving here.</exception>
    /// <exception cref="ObjectDisposedException">The receiver was disposed, or is while this waits.</exception>
    [CancelSafe]
    public Future<BroadcastRecvResult<int>> RecvManyAsync(ICollection<T> into, int limit)
    {
        BatchArguments.Check(into, limit);
        DisposedEnd.ThrowIf(Volatile.Read(ref _disposed) != 0, this); // ORDERING: misuse.
        return limit == 0
            ? Future.FromResult(new BroadcastRecvResult<int>(0))
            : Wait.For<RecvManyOperation, BroadcastRecvResult<int>>(new RecvManyOperation(this, into, limit));
    }

    /// <summary>Takes the next value if there is one.</summary>
    /// <param name="result">The value; or how many were missed; or Closed.</param>
    /// <returns>False when there is nothing yet.</returns>
    public bool TryRecv(out BroadcastRecvResult<T> result) => Channel.TryReceive(ref _next, out result);

    /// <summary>Blocks the thread until there is a value. For threads that poll no futures.</summary>
    /// <returns>As <see cref="RecvAsync"/>.</returns>
    /// <exception cref="InvalidOperationException">The thread is polling futures.</exception>
    public BroadcastRecvResult<T> Recv() => BlockingWait.For(RecvAsync(), "BroadcastReceiver.Recv", "RecvAsync");

    /// <summary>Blocks the thread until there is a value, and takes as many as are there. For threads that poll no futures.</summary>
    /// <param name="into">Where to put them.</param>
    /// <param name="limit">How many at most.</param>
    /// <returns>As <see cref="RecvManyAsync"/>.</returns>
    /// <exception cref="InvalidOperationException">The thread is polling futures.</exception>
    public BroadcastRecvResult<int> RecvMany(ICollection<T> into, int limit) =>
        BlockingWait.For(RecvManyAsync(into, limit), "BroadcastReceiver.RecvMany", "RecvManyAsync");

    /// <summary>Another receiver of the same channel, for what is sent from now on.</summary>
    /// <returns>The receiver.</returns>
    public BroadcastReceiver<T> Resubscribe() => new(Channel, _channel.Subscribe());

    /// <summary>Whether both receive from the same channel.</summary>
    /// <param name="other">The other receiver.</param>
    /// <returns>True if they do.</returns>
    public bool SameChannel(BroadcastReceiver<T> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return ReferenceEquals(_channel, other._channel);
    }

    /// <summary>Ends receiving here. Who waits here gets an <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0) // ORDERING: once.
        {
            _channel.Unsubscribe(ref _next, ref _receiving);
        }
    }

    /// <summary>Receives by <c>await foreach</c>, until the channel is closed and drained.</summary>
    /// <remarks>Throws <see cref="LaggedException"/> where values were missed; enumerating again goes on after them.</remarks>
    /// <returns>The enumerator.</returns>
    public RecvEnumerator<T> GetAsyncEnumerator() => new(this);

    IAsyncEnumerator<T> IAsyncEnumerable<T>.GetAsyncEnumerator(CancellationToken cancellationToken) =>
        RecvEnumerator<T>.Through(this, cancellationToken);

    IFutureEnumerator<T> IFutureEnumerable<T>.GetFutureEnumerator(CancellationToken cancellationToken) => GetAsyncEnumerator();

    Future<RecvResult<T>> IReceiver<T>.RecvAsync()
    {
        DisposedEnd.ThrowIf(Volatile.Read(ref _disposed) != 0, this); // ORDERING: misuse.
        return Wait.For<NextOperation, RecvResult<T>>(new NextOperation(this));
    }

    private bool Poll(Waiter waiter, WakeTarget target, out BroadcastRecvResult<T> result) =>
        _channel.PollReceive(waiter, target, ref _next, ref _receiving, out result);

    private void Withdraw(Waiter waiter) => _channel.WithdrawReceive(waiter, ref _receiving);

    private readonly struct RecvOperation(BroadcastReceiver<T> receiver) : IWaitOperation<BroadcastRecvResult<T>>
    {
        public bool Poll(Waiter waiter, WakeTarget target, out BroadcastRecvResult<T> result) =>
            receiver.Poll(waiter, target, out result);

        public void Withdraw(Waiter waiter) => receiver.Withdraw(waiter);

        public void Describe(LeafDescription into) => into.Set(typeof(BroadcastReceiver<T>), "RecvAsync", receiver._channel);
    }

    private readonly struct NextOperation(BroadcastReceiver<T> receiver) : IWaitOperation<RecvResult<T>>
    {
        public bool Poll(Waiter waiter, WakeTarget target, out RecvResult<T> result)
        {
            bool done = receiver.Poll(waiter, target, out BroadcastRecvResult<T> received);
            result = done && !received.IsClosed ? new RecvResult<T>(received.Value) : default;
            return done;
        }

        public void Withdraw(Waiter waiter) => receiver.Withdraw(waiter);

        public void Describe(LeafDescription into) => into.Set(typeof(BroadcastReceiver<T>), "MoveNextAsync", receiver._channel);
    }

    private readonly struct RecvManyOperation(BroadcastReceiver<T> receiver, ICollection<T> into, int limit)
        : IWaitOperation<BroadcastRecvResult<int>>
    {
        public bool Poll(Waiter waiter, WakeTarget target, out BroadcastRecvResult<int> result) =>
            receiver._channel.PollReceiveMany(
                waiter, target, ref receiver._next, ref receiver._receiving, into, limit, out result);

        public void Withdraw(Waiter waiter) => receiver.Withdraw(waiter);

        public void Describe(LeafDescription into) => into.Set(typeof(BroadcastReceiver<T>), "RecvManyAsync", receiver._channel);
    }
}
