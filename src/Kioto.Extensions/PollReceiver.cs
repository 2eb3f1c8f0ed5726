using System;
using System.Collections.Generic;
using Kioto.Sync;

namespace Kioto;

/// <summary>The receiver of an mpsc channel for hand-written futures: receive by polling. One task at a time.</summary>
/// <remarks>
/// As <c>poll_recv</c> and <c>poll_recv_many</c> of Tokio's <c>Receiver</c>. A poll that is pending is an operation that
/// receives: until it is ready or this is disposed, nothing else receives from the channel. No value is lost in between.
/// </remarks>
/// <typeparam name="T">The type of the values.</typeparam>
public sealed class PollReceiver<T> : IDisposable
{
    private readonly MpscReceiver<T> _receiver;
    private readonly Waiter _waiter = new();
    private bool _disposed;

    /// <summary>Makes one for a receiver, which it disposes with itself.</summary>
    /// <param name="receiver">The receiver.</param>
    public PollReceiver(MpscReceiver<T> receiver)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        _receiver = receiver;
    }

    /// <summary>Receives the next value, or waits for it.</summary>
    /// <remarks>Takes part in cooperative scheduling: a task whose budget is spent gets another turn instead of a value.</remarks>
    /// <param name="context">The context of the future that is being polled.</param>
    /// <returns>The value; or Closed, when no more are accepted and all that were sent have been received.</returns>
    /// <exception cref="InvalidOperationException">Another operation is receiving.</exception>
    /// <exception cref="ObjectDisposedException">This, or the receiver, was disposed.</exception>
    public Poll<RecvResult<T>> PollRecv(ref PollContext context)
    {
        DisposedEnd.ThrowIf(_disposed, this);
        Ambient ambient = Ambient.Current;
        if (!PollTarget.HasBudget(ambient, ref context)
            || !_receiver.Channel.PollReceive(_waiter, context.Waker.Target ?? PollTarget.Nobody, out RecvResult<T> result))
        {
            return Poll<RecvResult<T>>.Pending;
        }

        _ = ambient.TrySpend();
        return Poll<RecvResult<T>>.Ready(result);
    }

    /// <summary>Takes as many values as are there, or waits for one.</summary>
    /// <remarks>
    /// As <see cref="PollRecv"/>; a batch costs of the budget what one value does. If adding to the collection throws, so does
    /// this; what was not added is received next.
    /// </remarks>
    /// <param name="context">The context of the future that is being polled.</param>
    /// <param name="into">Where to put them.</param>
    /// <param name="limit">How many at most; 0 takes none and does not wait.</param>
    /// <returns>How many; 0 when the channel is closed and drained, or the limit is 0.</returns>
    /// <exception cref="ArgumentException">The collection is read-only, as an array is.</exception>
    /// <exception cref="InvalidOperationException">Another operation is receiving.</exception>
    /// <exception cref="ObjectDisposedException">This, or the receiver, was disposed.</exception>
    public Poll<int> PollRecvMany(ref PollContext context, ICollection<T> into, int limit)
    {
        DisposedEnd.ThrowIf(_disposed, this);
        BatchArguments.Check(into, limit);
        if (limit == 0)
        {
            return Poll<int>.Ready(0);
        }

        Ambient ambient = Ambient.Current;
        if (!PollTarget.HasBudget(ambient, ref context)
            || !_receiver.Channel.PollReceiveMany(_waiter, context.Waker.Target ?? PollTarget.Nobody, into, limit, out int count))
        {
            return Poll<int>.Pending;
        }

        _ = ambient.TrySpend();
        return Poll<int>.Ready(count);
    }

    /// <summary>Gives up waiting, and disposes the receiver.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _receiver.Channel.WithdrawReceive(_waiter);
            _receiver.Dispose();
        }
    }
}
