using System.Threading;

namespace Kioto;

/// <summary>A cell for the waker of one waiting future, which other threads wake. As <c>futures::task::AtomicWaker</c>.</summary>
/// <remarks>
/// <para>
/// The protocol: the future's poll <em>first</em> registers, <em>then</em> looks whether what it waits for has happened;
/// who makes it happen first says so (by a write that other threads see), then calls <see cref="Wake"/>. Whatever the
/// interleaving, either the look or the wake comes last, so none is lost. All methods may be called from any thread.
/// </para>
/// <para>There is room for one waker: a second waiter's registration replaces the first one's, without waking it.</para>
/// </remarks>
public sealed class AtomicWaker
{
    // INVARIANT: a registered waker is in the cell until it is replaced or taken, by one atomic exchange each; so
    // exactly one call of Take gets it, and a registration can't be cleared by a Take that had read an older one.
    private WakeTarget? _target;

    /// <summary>Keeps the waker, in place of the one before. Call it before looking, in every poll.</summary>
    /// <param name="waker">The waker of the current poll's context.</param>
    public void Register(Waker waker)
    {
        // ORDERING: a full fence between this and the caller's look at the condition; pairs with Take's, which comes
        // after the write of the condition. A plain store could still lie in the store buffer during the look.
        Interlocked.Exchange(ref _target, waker.Target);
    }

    /// <summary>Wakes who registered last, once per registration. Call it after having made the condition true.</summary>
    public void Wake() => Take().Wake();

    /// <summary>Takes the waker out without waking it: to wake it later, say outside a lock.</summary>
    /// <returns>The waker, or one that does nothing when none is registered.</returns>
    public Waker Take()
    {
        // ORDERING: a full fence between the caller's write of the condition and this; pairs with Register's.
        WakeTarget? target = Interlocked.Exchange(ref _target, null);
        return target is null ? Waker.Noop : new Waker(target);
    }
}
