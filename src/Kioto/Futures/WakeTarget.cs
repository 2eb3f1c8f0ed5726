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

    /// <summary>Remembers what was given to one of its waiters, until the waiter takes it. Any thread; a wake follows.</summary>
    /// <remarks>A target that has no turns of its own (a callback) can't tell who was not polled: it remembers nothing.</remarks>
    /// <param name="handout">What was given.</param>
    internal virtual void HandOut(Handout handout)
    {
    }

    /// <summary>The waiter has taken it. The thread that polls the target only.</summary>
    /// <param name="handout">What was given.</param>
    internal virtual void TakeHandout(Handout handout)
    {
    }
}
