using System;
using Kioto.Sync;

namespace Kioto;

/// <summary>The receiver of an mpsc channel for hand-written futures: receive by polling. One task at a time.</summary>
/// <remarks>
/// As <c>poll_recv</c> of Tokio's <c>Receiver</c>. A poll that is pending is an operation that receives: until it is ready
/// or this is disposed, nothing else receives from the channel. No value is lost in between.
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
