using System.Threading;

namespace Kioto.Tool.Bench;

/// <summary>Ends a round: one permit, one waiter, again and again. To be replaced by <c>Kioto.Sync.Notify</c>.</summary>
internal sealed class Permit : IFuture<bool>
{
    private const int Empty = 0;
    private const int Waiting = 1;
    private const int Notified = 2;

    // INVARIANT: written by the waiter while the state is Empty, read by the notifier after it took Waiting away.
    private Waker _waker;
    private int _state;

    public void NotifyOne()
    {
        // ORDERING: full fence; acquires the waker that the waiter released with Waiting.
        if (Interlocked.Exchange(ref _state, Notified) == Waiting)
        {
            _waker.Wake();
        }
    }

    public Future<bool> NotifiedAsync() => this.AsFuture();

    public Poll<bool> Poll(ref PollContext context)
    {
        // Take the slot back before changing the waker: the notifier may be reading it.
        Interlocked.CompareExchange(ref _state, Empty, Waiting);
        if (Volatile.Read(ref _state) == Empty)
        {
            _waker = context.Waker;
            if (Interlocked.CompareExchange(ref _state, Waiting, Empty) == Empty)
            {
                return Poll<bool>.Pending;
            }
        }

        Volatile.Write(ref _state, Empty);
        return Poll<bool>.Ready(true);
    }
}
