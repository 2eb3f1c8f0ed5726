using System;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Kioto.Sync;

/// <summary>Permits, and who waits for them in the order of arrival. What locks, semaphores and channels are built on.</summary>
/// <remarks>
/// Without waiters everything is one atomic operation on the state word. With waiters the word changes under the lock
/// only. A permit that is given to a waiter is the waiter's; if a poll of its task does not take it, it goes on to the
/// next (see docs/decisions/0014), and the waiter that was passed over is first in the list when it is polled again.
/// </remarks>
internal sealed partial class PermitQueue : IPermitSource
{
    /// <summary>The most permits: a program error if there are more.</summary>
    internal const long MaxPermits = uint.MaxValue;

    // Somebody waits. INVARIANT: set and cleared under the lock; set iff the list is not empty. While it is set nobody
    // changes the word without the lock.
    private const long Queued = 1;

    // There will be no more permits. Never unset.
    private const long Closed = 2;

    // Which holder of all permits this is, of those that have a stamp: it changes when such a holder gives them back, by
    // the same operation. So of two copies of its guard one gives back, and a stale one is recognised; it comes round
    // again after 2^29 holders.
    private const uint StampMask = 0x7FFF_FFFC;
    private const uint NextStamp = 4;

    private const int Shift = 31;

    private ShortLock _lock;
    private readonly string _operation;
    private readonly long _most;

    private readonly IPermitOwner? _owner;

    // INVARIANT: the permits that nobody has, shifted, the stamp, and the two bits.
    private long _state;
    private WaiterList _waiters;

    /// <summary>Makes one.</summary>
    /// <param name="operation">What acquires from it, for the meter.</param>
    /// <param name="permits">How many permits it begins with.</param>
    /// <param name="most">How many there can be.</param>
    /// <param name="owner">Told when permits that a waiter was given come back after the end.</param>
    internal PermitQueue(string operation, long permits, long most = MaxPermits, IPermitOwner? owner = null)
    {
        _operation = operation;
        _owner = owner;
        _state = permits << Shift;
        _most = most;
    }

    /// <summary>How many there can be.</summary>
    internal long Most => _most;

    /// <summary>The permits that could be had at this moment.</summary>
    internal long Available => Volatile.Read(ref _state) >> Shift; // ORDERING: acquire, pairs with Release.

    internal bool IsClosed => (Volatile.Read(ref _state) & Closed) != 0; // ORDERING: acquire, pairs with Close.

    /// <summary>Whether it is closed and nobody has a permit.</summary>
    /// <param name="all">How many permits there are in all.</param>
    /// <returns>True from then on for ever.</returns>
    internal bool IsClosedWith(long all)
    {
        long state = Volatile.Read(ref _state); // ORDERING: acquire, pairs with Release and Close.
        return (state & Closed) != 0 && (state >> Shift) == all;
    }

    internal int CountWaiters()
    {
        using (_lock.EnterScope())
        {
            return _waiters.Count;
        }
    }

    /// <summary>Says who waits, first come first, and how many permits nobody has.</summary>
    /// <param name="into">Where to say it.</param>
    /// <param name="role">What they wait for.</param>
    /// <param name="roleOfMost">What those wait for who want all permits that there can be; null: the same.</param>
    internal void Describe(PrimitiveDescription into, string role, string? roleOfMost = null)
    {
        using (_lock.EnterScope())
        {
            long state = Volatile.Read(ref _state); // ORDERING: a hint when nobody waits.
            into.Available = state >> Shift;
            into.IsClosed |= (state & Closed) != 0;
            for (Waiter? each = _waiters.First; each is not null; each = each.Next)
            {
                into.AddWaiter(each.Target, each.Wanted == _most ? roleOfMost ?? role : role, each, each.Wanted, inOrder: true);
            }
        }
    }

    /// <summary>Takes permits if they are there and nobody waits.</summary>
    /// <param name="count">How many.</param>
    /// <returns>The outcome.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every lock without contention
    internal AcquireOutcome TryAcquire(long count)
    {
        long state = Volatile.Read(ref _state); // ORDERING: the exchange decides.
        while ((state & (Queued | Closed)) == 0 && (state >> Shift) >= count)
        {
            // ORDERING: acquire, pairs with Release.
            long seen = Interlocked.CompareExchange(ref _state, state - (count << Shift), state);
            if (seen == state)
            {
                return AcquireOutcome.Acquired;
            }

            state = seen;
        }

        return (state & Closed) == 0 ? AcquireOutcome.NoPermits : AcquireOutcome.Closed;
    }

    /// <summary>Takes as many permits as are there, if nobody waits.</summary>
    /// <param name="most">How many at most.</param>
    /// <returns>How many.</returns>
    internal long TryAcquireSome(long most)
    {
        long state = Volatile.Read(ref _state); // ORDERING: the exchange decides.
        while (true)
        {
            long count = (state & (Queued | Closed)) == 0 ? Math.Min(most, state >> Shift) : 0;
            if (count == 0)
            {
                return 0;
            }

            long seen = Interlocked.CompareExchange(ref _state, state - (count << Shift), state); // ORDERING: as TryAcquire.
            if (seen == state)
            {
                return count;
            }

            state = seen;
        }
    }

    /// <summary>The stamp of who has all permits; else that of the next.</summary>
    internal uint Stamp => (uint)Volatile.Read(ref _state) & StampMask; // ORDERING: its holder's own; else misuse is looked for.

    /// <summary>The stamp of who has all permits next.</summary>
    /// <param name="stamp">The stamp of who has them.</param>
    /// <returns>The next one.</returns>
    internal static uint After(uint stamp) => (stamp + NextStamp) & StampMask;

    /// <summary>Takes permits if nobody waits and this is how many there are: without looking first.</summary>
    /// <param name="all">How many there are, if nobody has one.</param>
    /// <param name="stamp">The holder's stamp, as far as is known.</param>
    /// <returns>Whether it has them, and the stamp. If not, there may be enough all the same.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // mutex_uncontended
    internal bool TryAcquireAll(long all, uint stamp)
    {
        long free = (all << Shift) | stamp;
        return Interlocked.CompareExchange(ref _state, stamp, free) == free; // ORDERING: as TryAcquire.
    }

    /// <summary>The holder of all permits gives some of them back, or all, and its stamp ends.</summary>
    /// <param name="count">How many it gives back.</param>
    /// <param name="stamp">Its stamp.</param>
    /// <returns>False if the stamp has ended already: nothing has happened.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // mutex_uncontended
    internal bool TryRelease(long count, uint stamp)
    {
        long next = (count << Shift) | After(stamp);
        return Interlocked.CompareExchange(ref _state, next, stamp) == stamp // ORDERING: as Release.
            || TryReleaseSlow(count, stamp); // Somebody waits, or the stamp has ended.
    }

    /// <summary>Gives permits back, or adds new ones, and gives them to who waits first.</summary>
    /// <param name="count">How many.</param>
    /// <exception cref="InvalidOperationException">There would be more than the most.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every unlock without contention
    internal void Release(long count)
    {
        if (!TryReleaseUnqueued(count))
        {
            WakeBatch wakes = default;
            Finish(ReleaseQueued(count, ref wakes), ref wakes);
        }
    }

    /// <summary>The same, for a caller that holds a lock of its own: when it has released that, it calls <see cref="Finish"/>.</summary>
    /// <param name="count">How many.</param>
    /// <param name="wakes">Who is to be woken.</param>
    /// <returns>Whether more of those who wait get something.</returns>
    internal bool Release(long count, ref WakeBatch wakes) => !TryReleaseUnqueued(count) && ReleaseQueued(count, ref wakes);

    /// <summary>Wakes, and gives what is there to the rest of those who wait for it. Not under a lock.</summary>
    /// <param name="more">Whether there are more than the batch took.</param>
    /// <param name="wakes">Who is to be woken.</param>
    internal void Finish(bool more, ref WakeBatch wakes)
    {
        wakes.WakeAll();
        while (more)
        {
            using (_lock.EnterScope())
            {
                more = Grant(ref wakes);
            }

            wakes.WakeAll();
        }
    }

    /// <summary>Takes away permits that nobody has, as many as there are of so many.</summary>
    /// <param name="count">How many at most.</param>
    /// <returns>How many it took.</returns>
    internal long Forget(long count)
    {
        using (_lock.EnterScope())
        {
            long state = Volatile.Read(ref _state); // ORDERING: the exchange decides.
            while (true)
            {
                long taken = Math.Min(count, state >> Shift);
                long seen = Interlocked.CompareExchange(ref _state, state - (taken << Shift), state); // ORDERING: as TryAcquire.
                if (seen == state)
                {
                    return taken;
                }

                state = seen;
            }
        }
    }

    /// <summary>No more permits for anybody, but what has been given stays given. Wakes all who wait.</summary>
    internal void Close()
    {
        if (TryCloseUnqueued())
        {
            return;
        }

        WakeBatch wakes = default;
        bool more;
        using (_lock.EnterScope())
        {
            _waiters.BeginRelease();
            long state = Volatile.Read(ref _state); // ORDERING: the exchange decides.
            while (true)
            {
                long seen = Interlocked.CompareExchange(ref _state, (state | Closed) & ~Queued, state); // ORDERING: release, pairs with IsClosed.
                if (seen == state)
                {
                    break;
                }

                state = seen;
            }

            more = _waiters.Release(WaiterState.Closed, ref wakes);
        }

        wakes.WakeAll();
        while (more)
        {
            using (_lock.EnterScope())
            {
                more = _waiters.Release(WaiterState.Closed, ref wakes);
            }

            wakes.WakeAll();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every unlock without contention
    private bool TryReleaseUnqueued(long count)
    {
        long state = Volatile.Read(ref _state); // ORDERING: the exchange decides.
        while ((state & Queued) == 0)
        {
            if ((state >> Shift) > _most - count)
            {
                count = RoomFor(state);
            }

            // ORDERING: release of what was done under the permit, pairs with TryAcquire.
            long seen = Interlocked.CompareExchange(ref _state, state + (count << Shift), state);
            if (seen == state)
            {
                return true;
            }

            state = seen;
        }

        return false;
    }

    private bool TryCloseUnqueued()
    {
        long state = Volatile.Read(ref _state); // ORDERING: the exchange decides.
        while ((state & Queued) == 0)
        {
            long seen = Interlocked.CompareExchange(ref _state, state | Closed, state); // ORDERING: release, pairs with IsClosed.
            if (seen == state)
            {
                return true;
            }

            state = seen;
        }

        return false;
    }

    // Of fewer than are given back. An owner's permits stand for what it gives out: more of that than there are permits is
    // no reason to lose it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private long RoomFor(long state)
    {
        if (_owner is null)
        {
            ThrowOverflow();
        }

        return _most - (state >> Shift);
    }

    private void ThrowOverflow() => throw new InvalidOperationException(
        $"More permits were given back than there can be ({_most}): something was added, or released, twice.");
}
