using System.Threading;

namespace Kioto.Tool.Bench;

/// <summary>A value that is sent once. To be replaced by <c>Kioto.Sync.Oneshot</c> when that exists.</summary>
/// <remarks>One object for both ends and one atomic state, as Tokio's oneshot channel. One sender, one receiver.</remarks>
internal sealed class Oneshot<T> : IFuture<T>
{
    private const int Empty = 0;
    private const int Waiting = 1;
    private const int Sent = 2;

    // INVARIANT: written by the sender before it sets Sent, read by the receiver after it saw Sent.
    private T _value = default!;

    // INVARIANT: written by the receiver while the state is Empty, read by the sender after it took Waiting away.
    private Waker _waker;
    private int _state;

    public void Send(T value)
    {
        _value = value;

        // ORDERING: full fence; releases the value to the receiver's reads of the state, and acquires its waker.
        if (Interlocked.Exchange(ref _state, Sent) == Waiting)
        {
            _waker.Wake();
        }
    }

    /// <summary>Waits for the value. Once.</summary>
    public Future<T> RecvAsync() => Volatile.Read(ref _state) == Sent ? Future.FromResult(_value) : this.AsFuture();

    public Poll<T> Poll(ref PollContext context)
    {
        // ORDERING: pairs with the exchange in Send.
        int state = Volatile.Read(ref _state);
        if (state == Waiting)
        {
            if (_waker.WillWake(context.Waker))
            {
                return Poll<T>.Pending;
            }

            // Take the slot back before changing the waker: the sender may be reading it.
            state = Interlocked.CompareExchange(ref _state, Empty, Waiting) == Waiting ? Empty : Sent;
        }

        if (state == Empty)
        {
            _waker = context.Waker;
            if (Interlocked.CompareExchange(ref _state, Waiting, Empty) == Empty)
            {
                return Poll<T>.Pending;
            }
        }

        return Poll<T>.Ready(_value);
    }
}
