using System;
using Kioto.Sync;

namespace Kioto;

/// <summary>A sender of a bounded channel for hand-written futures: reserve by polling, then send. One task at a time.</summary>
/// <remarks>As tokio-util's <c>PollSender</c>. Dispose it to give up the place in the queue, or the room that was reserved.</remarks>
/// <typeparam name="T">The type of the values.</typeparam>
public sealed class PollSender<T> : IDisposable
{
    private readonly MpscSender<T> _sender;
    private Waiter _waiter = new();
    private MpscPermit<T> _permit;
    private bool _waiting;
    private bool _closed;
    private bool _disposed;

    /// <summary>Makes one for a sender, which it disposes with itself.</summary>
    /// <param name="sender">The sender.</param>
    public PollSender(MpscSender<T> sender)
    {
        ArgumentNullException.ThrowIfNull(sender);
        _sender = sender;
    }

    /// <summary>Whether nobody will receive any more, or this was closed.</summary>
    public bool IsClosed => _closed || _sender.IsClosed;

    /// <summary>Reserves room for one value, or waits for it. Room that is reserved stays so until it is used.</summary>
    /// <remarks>Takes part in cooperative scheduling: a task whose budget is spent gets another turn instead of room.</remarks>
    /// <param name="context">The context of the future that is being polled.</param>
    /// <returns>True when there is room; false when the channel, or this, is closed.</returns>
    /// <exception cref="ObjectDisposedException">This, or the sender, was disposed.</exception>
    public Poll<bool> PollReserve(ref PollContext context)
    {
        DisposedEnd.ThrowIf(_disposed, this);
        if (_permit.Remaining > 0)
        {
            return Poll<bool>.Ready(true);
        }

        if (_closed)
        {
            return Poll<bool>.Ready(false);
        }

        MpscChannel<T> channel = _sender.Channel;
        Ambient ambient = Ambient.Current;
        if (!PollTarget.HasBudget(ambient, ref context))
        {
            return Poll<bool>.Pending;
        }

        AcquireOutcome outcome = channel.Places.Poll(_waiter, context.Waker.Target ?? PollTarget.Nobody, 1);
        _waiting = outcome == AcquireOutcome.NoPermits;
        switch (outcome)
        {
            case AcquireOutcome.Acquired:
                _waiter = _waiter.Renew();
                _ = ambient.TrySpend();
                _permit = new MpscPermit<T>(Lease.Rent(channel, 1));
                return Poll<bool>.Ready(true);
            case AcquireOutcome.Closed:
                _waiter = _waiter.Renew();
                return Poll<bool>.Ready(false);
            default:
                return Poll<bool>.Pending;
        }
    }

    /// <summary>Sends into the room that was reserved.</summary>
    /// <param name="value">The value.</param>
    /// <exception cref="InvalidOperationException">None was.</exception>
    /// <exception cref="ObjectDisposedException">This was disposed.</exception>
    public void SendItem(T value)
    {
        DisposedEnd.ThrowIf(_disposed, this);
        if (_permit.Remaining == 0)
        {
            throw new InvalidOperationException("Poll PollReserve until it is ready with true, then send one value.");
        }

        _permit.Send(value);
    }

    /// <summary>Gives back the room that was reserved, or the place in the queue. The next poll begins anew.</summary>
    /// <returns>Whether there was any.</returns>
    public bool AbortSend()
    {
        bool aborted = GiveUpWaiting() || _permit.Remaining > 0;
        _permit.Dispose();
        return aborted;
    }

    /// <summary>
    /// Disposes the sender, and gives up waiting. Room that was reserved may still be used, by one <see cref="SendItem"/>, or be
    /// given back, by <see cref="AbortSend"/>: until then the receiver does not learn the end.
    /// </summary>
    public void Close()
    {
        _closed = true;
        GiveUpWaiting();
        _sender.Dispose();
    }

    /// <summary>Gives up waiting and the room that was reserved, and disposes the sender.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        AbortSend();
        _sender.Dispose();
    }

    private bool GiveUpWaiting()
    {
        bool waited = _waiting;
        if (waited)
        {
            _waiting = false;
            _sender.ChannelOrDisposed.Places.Withdraw(_waiter);
            _waiter = _waiter.Renew();
        }

        return waited;
    }
}
