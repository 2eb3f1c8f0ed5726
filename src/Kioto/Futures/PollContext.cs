namespace Kioto;

/// <summary>What a future is given when it is polled: above all the waker to keep if it isn't ready.</summary>
public readonly ref struct PollContext
{
    internal PollContext(WakeTarget target) => Waker = new Waker(target);

    /// <summary>Makes a context by hand, to poll a future in a test or in an executor of one's own.</summary>
    /// <param name="waker">The waker that the future is to call.</param>
    public PollContext(Waker waker) => Waker = waker;

    /// <summary>Wakes the task that is polling. A pending future keeps it and calls it when it can go on.</summary>
    public Waker Waker { get; }
}
