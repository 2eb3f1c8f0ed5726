using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading;

namespace Kioto.Sync;

/// <summary>An end of an mpmc channel that receives; any number of tasks may use it at once.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
public sealed class MpmcReceiver<T> : IReceiver<T>, IAsyncEnumerable<T>, IFutureEnumerable<T>, IDisposable
{
    private readonly MpmcChannel<T> _channel;

    // INVARIANT: set once, by an exchange.
    private int _disposed;

    internal MpmcReceiver(MpmcChannel<T> channel) => _channel = channel;

    /// <summary>Whether no more values are accepted; some may still be there.</summary>
    public bool IsClosed => _channel.IsClosed;

    /// <summary>How many values there are at this moment.</summary>
    public int Count => _channel.Count;

    /// <summary>How many values could be sent at this moment without waiting; of an unbounded channel <see cref="int.MaxValue"/>.</summary>
    public int Capacity => _channel.Room;

    /// <summary>How many values the channel holds at most; an unbounded one <see cref="int.MaxValue"/>.</summary>
    public int MaxCapacity => _channel.MaxCapacity;

    /// <summary>How many senders have not been disposed.</summary>
    public int SenderStrongCount => _channel.Senders.Strong;

    /// <summary>How many weak senders have not been disposed.</summary>
    public int SenderWeakCount => _channel.Senders.Weak;

    internal bool IsDisposed => Volatile.Read(ref _disposed) != 0; // ORDERING: misuse.

    internal MpmcChannel<T> ChannelOrDisposed => _channel;

    private MpmcChannel<T> Channel
    {
        get
        {
            DisposedEnd.ThrowIf(IsDisposed, this);
            return _channel;
        }
    }

    /// <summary>Waits for a value.</summary>
    /// <remarks>Cancel safety: no value is lost; the place in the queue is.</remarks>
    /// <returns>The value; or Closed, when no more are accepted and all that were sent have been received.</returns>
    [LosesPlace]
    public Future<RecvResult<T>> RecvAsync() => Wait.For<RecvOperation, RecvResult<T>>(new RecvOperation(Channel));

    /// <summary>Waits for a value, and takes as many as are there and nobody waits for.</summary>
    /// <remarks>
    /// Cancel safety: no value is lost; the place in the queue is. If adding to the collection throws, so does this;
    /// what was not added is received next, by whoever comes first.
    /// </remarks>
    /// <param name="into">Where to put them.</param>
    /// <param name="limit">How many at most; 0 takes none and does not wait.</param>
    /// <returns>How many; 0 when the channel is closed and drained, or the limit is 0.</returns>
    /// <exception cref="ArgumentException">The collection is read-only, as an array is.</exception>
    /// <exception cref="ObjectDisposedException">The receiver was disposed.</exception>
    [LosesPlace]
    public Future<int> RecvManyAsync(ICollection<T> into, int limit)
    {
        BatchArguments.Check(into, limit);
        MpmcChannel<T> channel = Channel;
        return limit == 0
            ? Future.FromResult(0)
            : Wait.For<RecvManyOperation, int>(new RecvManyOperation(channel, into, limit));
    }

    /// <summary>Takes a value if there is one and nobody waits.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryRecv([MaybeNullWhen(false)] out T value) => Channel.TryTake(out value);

    /// <summary>Blocks the thread until there is a value. For threads that poll no futures.</summary>
    /// <returns>As <see cref="RecvAsync"/>.</returns>
    /// <exception cref="InvalidOperationException">The thread is polling futures.</exception>
    public RecvResult<T> Recv() => BlockingWait.For(RecvAsync(), "MpmcReceiver.Recv", "RecvAsync");

    /// <summary>Blocks the thread until there is a value, and takes as many as are there. For threads that poll no futures.</summary>
    /// <param name="into">Where to put them.</param>
    /// <param name="limit">How many at most.</param>
    /// <returns>As <see cref="RecvManyAsync"/>.</returns>
    /// <exception cref="InvalidOperationException">The thread is polling futures.</exception>
    public int RecvMany(ICollection<T> into, int limit) =>
        BlockingWait.For(RecvManyAsync(into, limit), "MpmcReceiver.RecvMany", "RecvManyAsync");

    /// <summary>Accepts no more values. What was sent can still be received.</summary>
    public void Close() => _channel.Close();

    /// <summary>Another receiver of the same channel.</summary>
    /// <returns>The receiver; dispose it too.</returns>
    public MpmcReceiver<T> Clone()
    {
        Channel.Receivers.AddCopy(this);
        return new MpmcReceiver<T>(_channel);
    }

    /// <summary>Ends receiving here. The last receiver closes the channel, and values that are there are forgotten.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0) // ORDERING: once.
        {
            _channel.RemoveReceiver();
        }
    }

    /// <summary>Receives by <c>await foreach</c>, until the channel is closed and drained.</summary>
    /// <returns>The enumerator.</returns>
    public RecvEnumerator<T> GetAsyncEnumerator() => new(this);

    IAsyncEnumerator<T> IAsyncEnumerable<T>.GetAsyncEnumerator(CancellationToken cancellationToken) =>
        RecvEnumerator<T>.Through(this, cancellationToken);

    IFutureEnumerator<T> IFutureEnumerable<T>.GetFutureEnumerator(CancellationToken cancellationToken) => GetAsyncEnumerator();

    private readonly struct RecvOperation(MpmcChannel<T> channel) : IWaitOperation<RecvResult<T>>
    {
        public bool Poll(Waiter waiter, WakeTarget target, out RecvResult<T> result)
        {
            switch (channel.Values.Poll(waiter, target, 1))
            {
                case AcquireOutcome.Acquired:
                    result = new RecvResult<T>(channel.Take());
                    return true;
                case AcquireOutcome.Closed:
                    result = default;
                    return true;
                default:
                    result = default;
                    return false;
            }
        }

        public void Withdraw(Waiter waiter) => channel.Values.Withdraw(waiter);

        public void Describe(LeafDescription into) => into.Set(typeof(MpmcReceiver<T>), "RecvAsync", channel);
    }

    private readonly struct RecvManyOperation(MpmcChannel<T> channel, ICollection<T> into, int limit) : IWaitOperation<int>
    {
        public bool Poll(Waiter waiter, WakeTarget target, out int result)
        {
            AcquireOutcome outcome = channel.Values.Poll(waiter, target, 1);
            result = outcome == AcquireOutcome.Acquired ? channel.TakeMany(into, limit) : 0;
            return outcome != AcquireOutcome.NoPermits;
        }

        public void Withdraw(Waiter waiter) => channel.Values.Withdraw(waiter);

        public void Describe(LeafDescription into) => into.Set(typeof(MpmcReceiver<T>), "RecvManyAsync", channel);
    }
}
