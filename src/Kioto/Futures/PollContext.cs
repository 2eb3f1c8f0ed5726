namespace Kioto;

/// <summary>What a future is given when it is polled: above all the waker to keep if it isn't ready.</summary>
public readonly ref struct PollContext
{
    internal PollContext(WakeTarget target) => Waker = new Waker(target);

    /// <summary>Of the poll of a leaf.</summary>
    /// <param name="strand">The strand that polls it.</param>
    /// <param name="runner">The current thread's context.</param>
    internal PollContext(Strand strand, Ambient runner)
    {
        Waker = new Waker(strand.Target);
        Runner = runner;
        OfTask = strand.IsTask;
    }

    /// <summary>Makes a context by hand, to poll a future in a test or in an executor of one's own.</summary>
    /// <param name="waker">The waker that the future is to call.</param>
    public PollContext(Waker waker) => Waker = waker;

    /// <summary>Wakes the task that is polling. A pending future keeps it and calls it when it can go on.</summary>
    public Waker Waker { get; }

    /// <summary>The current thread's context, where a strand polls a leaf; null where somebody polls by hand.</summary>
    internal Ambient? Runner { get; }

    /// <summary>Whether a task polls the leaf that it waits for itself, and no strand inside of it.</summary>
    internal bool OfTask { get; }
}
