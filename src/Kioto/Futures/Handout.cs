namespace Kioto;

/// <summary>Something that was given to a waiter which has not been polled since: a permit of a lock, say.</summary>
/// <remarks>
/// Who is woken is polled, as a rule, and takes it. But a future that is kept without being polled (the losing arm of a
/// select, while the winner's code runs) would hold it hostage. So the giver leaves it with the waiter's task, and the
/// task passes on what a whole poll of it did not take. See docs/decisions/0014.
/// </remarks>
internal abstract class Handout
{
    /// <summary>INVARIANT: the stack's link; written by the giver before the push, stable until the task removes it.</summary>
    internal Handout? NextHandout;

    /// <summary>Polls of the task that began with this on its stack. INVARIANT: the task's polling thread only.</summary>
    internal int Turns;

    /// <summary>The task that it was left with; null if the waiter's target has no turns.</summary>
    /// <remarks>INVARIANT: written by the giver, under the lock of what it gives, before the waiter is told.</remarks>
    internal WakeTarget? Holder;

    /// <summary>Whether a task's stack holds it: then its memory must not be used again.</summary>
    /// <remarks>INVARIANT: set by the giver before the push, cleared by the polling thread when it has removed it.</remarks>
    internal bool Handed;

    /// <summary>Gives it to the next waiter, unless it has been taken meanwhile. Any thread.</summary>
    /// <param name="target">The task that did not take it.</param>
    internal abstract void PassOn(WakeTarget target);
}
