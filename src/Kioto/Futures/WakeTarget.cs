namespace Kioto;

/// <summary>What a <see cref="Waker"/> wakes: a task, a thread in <c>BlockOn</c>, or a callback.</summary>
/// <remarks>
/// Waking is a hint that may come late, twice, or for nothing: whoever is woken polls again and finds out.
/// That is why targets may be pooled and reused while an old waker still points at them.
/// </remarks>
internal abstract class WakeTarget
{
    /// <summary>Asks for one more poll. Any thread; never blocks for long, never runs user futures inline.</summary>
    internal abstract void Wake();

    /// <summary>Who polls what this wakes: itself, or the task that a future with a strand of its own was polled by last. A hint.</summary>
    internal virtual WakeTarget? Poller => this;

    /// <summary>One of its waiters enters a queue: something may be handed out to it. The thread that polls the target only.</summary>
    internal virtual void ExpectHandouts()
    {
    }

    /// <summary>
    /// Leaves what was given to one of its waiters with the task that polls it, until the waiter takes it. Any thread;
    /// wakes of this target and of the handout's holder follow.
    /// </summary>
    /// <remarks>A target that has no turns (a callback) can't tell who was not polled: then there is no holder.</remarks>
    /// <param name="handout">What is being given.</param>
    /// <returns>False when the task has ended: nobody will take it.</returns>
    internal virtual bool HandOut(Handout handout)
    {
        handout.Holder = null;
        return true;
    }

    /// <summary>The waiter has taken it. The thread that polls the target only.</summary>
    /// <param name="handout">What was given, perhaps to another task: that one lets go of it by itself.</param>
    internal virtual void TakeHandout(Handout handout)
    {
    }
}
