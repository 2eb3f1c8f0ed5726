namespace Kioto;

/// <summary>One future at a time that is polled by hand; it wakes the waker of its latest poll.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
internal sealed class HeldStrand<T> : ChildStrand<T>, IFuture<Unit>
{
    private readonly AtomicWaker _waker = new();
    private bool _cancelling;

    /// <summary>Whether a future is held that has not completed.</summary>
    internal bool IsLoaded { get; private set; }

    /// <summary>Whether another future may be held: nobody remembers this strand for the one before.</summary>
    internal bool IsReusable { get; private set; } = true;

    internal override void Wake() => _waker.Wake();

    internal void Hold(Future<T> future)
    {
        Load(future, Ambient.Current);
        IsLoaded = true;
    }

    /// <summary>Polls what is held.</summary>
    /// <param name="context">Holds the waker.</param>
    /// <param name="outcome">The outcome, once.</param>
    /// <returns>Whether it has completed.</returns>
    internal bool TryPoll(ref PollContext context, out FutureOutcome<T> outcome) =>
        TryPoll(context.Waker, cancel: false, out outcome);

    /// <summary>Unwinds what is held, if anything, and waits for its cleanup; throws what that throws.</summary>
    /// <returns>The future to await.</returns>
    internal async Future CancelAsync()
    {
        if (IsLoaded)
        {
            _cancelling = true;
            await this.AsFuture<Unit>();
        }
    }

    Poll<Unit> IFuture<Unit>.Poll(ref PollContext context)
    {
        bool cancel = _cancelling;
        _cancelling = false;
        if (!IsLoaded)
        {
            return Poll<Unit>.Ready(default);
        }

        if (!TryPoll(context.Waker, cancel, out FutureOutcome<T> outcome))
        {
            return Poll<Unit>.Pending;
        }

        if (!outcome.IsCancellation)
        {
            outcome.Get();
        }

        return Poll<Unit>.Ready(default);
    }

    private bool TryPoll(Waker waker, bool cancel, out FutureOutcome<T> outcome)
    {
        Ambient ambient = Ambient.Current;
        _waker.Register(waker);
        using CallersContext callers = CallersContext.Keep(ambient);
        if (!(cancel ? CancelChild(ambient) : PollChild(ambient)))
        {
            outcome = default;
            return false;
        }

        outcome = TakeOutcome(ambient);
        IsLoaded = false;
        _waker.Take();
        IsReusable = TryReset();
        return true;
    }
}
