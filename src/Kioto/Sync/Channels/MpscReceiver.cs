using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading;

namespace Kioto.Sync;

/// <summary>The end of an mpsc channel that receives: one task at a time.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
public sealed class MpscReceiver<T> : IReceiver<T>, IAsyncEnumerable<T>, IFutureEnumerable<T>, IDisposable
{
    private readonly MpscChannel<T> _channel;

    internal MpscReceiver(MpscChannel<T> channel) => _channel = channel;

    internal MpscChannel<T> Channel => _channel;

    /// <summary>Whether no more values are accepted; some may still be there.</summary>
    public bool IsClosed => _channel.IsClosed;

    /// <summary>Whether there is no value at this moment. Only for the task that receives.</summary>
    public bool IsEmpty => _channel.HasNothingToTake;

    /// <summary>How many values there are at this moment, and permits for values.</summary>
    public int Count => _channel.Count;

    /// <summary>How many values could be sent at this moment without waiting; of an unbounded channel <see cref="int.MaxValue"/>.</summary>
    public int Capacity => (int)Math.Min(int.MaxValue, _channel.Room);

    /// <summary>How many values the channel holds at most; an unbounded one <see cref="int.MaxValue"/>.</summary>
    public int MaxCapacity => (int)Math.Min(int.MaxValue, _channel.Capacity);

    /// <summary>How many senders have not been disposed.</summary>
    public int SenderStrongCount => _channel.Senders.Strong;

    /// <summary>How many weak senders have not been disposed.</summary>
    public int SenderWeakCount => _channel.Senders.Weak;

    /// <summary>Waits for the next value. Cancel safe: no value is lost.</summary>
    /// <returns>The value; or Closed, when no more are accepted and all that were sent have been received.</returns>
    /// <exception cref="InvalidOperationException">Another operation is receiving.</exception>
    /// <exception cref="ObjectDisposedException">The receiver was disposed, or is while this waits.</exception>
    [CancelSafe]
    public Future<RecvResult<T>> RecvAsync()
    {
        _channel.ThrowIfEnded();
        return new Future<RecvResult<T>>(_channel, 0, default);
    }

    /// <summary>Waits for a value, and takes as many as are there. Cancel safe: no value is lost.</summary>
    /// <remarks>If adding to the collection throws, so does this; what was not added is received next.</remarks>
    /// <param name="into">Where to put them.</param>
    /// <param name="limit">How many at most; 0 takes none and does not wait.</param>
    /// <returns>How many; 0 when the channel is closed and drained, or the limit is 0.</returns>
    /// <exception cref="ArgumentException">The collection is read-only, as an array is.</exception>
    /// <exception cref="InvalidOperationException">Another operation is receiving.</exception>
    /// <exception cref="ObjectDisposedException">The receiver was disposed, or is while this waits.</exception>
    [CancelSafe]
    public Future<int> RecvManyAsync(ICollection<T> into, int limit)
    {
        BatchArguments.Check(into, limit);
        _channel.ThrowIfEnded();
        return limit == 0
            ? Future.FromResult(0)
            : Wait.For<RecvManyOperation, int>(new RecvManyOperation(_channel, into, limit));
    }

    /// <summary>Takes the next value if it is there. Only for the task that receives.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Whether it was there.</returns>
    /// <exception cref="InvalidOperationException">An operation is receiving.</exception>
    /// <exception cref="ObjectDisposedException">The receiver was disposed.</exception>
    public bool TryRecv([MaybeNullWhen(false)] out T value) => _channel.TryReceive(out value);

    /// <summary>Blocks the thread until there is a value. For threads that poll no futures.</summary>
    /// <returns>As <see cref="RecvAsync"/>.</returns>
    /// <exception cref="InvalidOperationException">The thread is polling futures.</exception>
    public RecvResult<T> Recv() => BlockingWait.For(RecvAsync(), "MpscReceiver.Recv", "RecvAsync");

    /// <summary>Blocks the thread until there is a value, and takes as many as are there. For threads that poll no futures.</summary>
    /// <param name="into">Where to put them.</param>
    /// <param name="limit">How many at most.</param>
    /// <returns>As <see cref="RecvManyAsync"/>.</returns>
    /// <exception cref="InvalidOperationException">The thread is polling futures.</exception>
    public int RecvMany(ICollection<T> into, int limit) =>
        BlockingWait.For(RecvManyAsync(into, limit), "MpscReceiver.RecvMany", "RecvManyAsync");

    /// <summary>Accepts no more values. What was sent, and what permits are out for, can still be received.</summary>
    public void Close() => _channel.Close();

    /// <summary>
    /// Accepts no more values, and forgets those that are there and those that permits are out for. Who is receiving
    /// gets an <see cref="ObjectDisposedException"/>.
    /// </summary>
    public void Dispose() => _channel.EndReceiving();

    /// <summary>Receives by <c>await foreach</c>, until the channel is closed and drained.</summary>
    /// <returns>The enumerator.</returns>
    public RecvEnumerator<T> GetAsyncEnumerator() => new(this);

    IAsyncEnumerator<T> IAsyncEnumerable<T>.GetAsyncEnumerator(CancellationToken cancellationToken) =>
        RecvEnumerator<T>.Through(this, cancellationToken);

    IFutureEnumerator<T> IFutureEnumerable<T>.GetFutureEnumerator(CancellationToken cancellationToken) => GetAsyncEnumerator();

    private readonly struct RecvManyOperation(MpscChannel<T> channel, ICollection<T> into, int limit) : IWaitOperation<int>
    {
        public bool Poll(Waiter waiter, WakeTarget target, out int result) =>
            channel.PollReceiveMany(waiter, target, into, limit, out result);

        public void Withdraw(Waiter waiter) => channel.WithdrawReceive(waiter);

        public void Describe(LeafDescription into) => into.Set(typeof(MpscReceiver<T>), "RecvManyAsync", channel);
    }
}
