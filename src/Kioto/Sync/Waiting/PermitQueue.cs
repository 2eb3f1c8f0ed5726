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
internal sealed class PermitQueue : IPermitSource
{
    /// <summary>The most permits: a program error if there are more.</summary>
    internal const long MaxPermits = long.MaxValue >> 3;

    // Somebody waits. INVARIANT: set and cleared under the lock; set iff the list is not empty. While it is set nobody
    // changes the word without the lock.
    private const long Queued = 1;

    // There will be no more permits. Never unset.
    private const long Closed = 2;

    private const int Shift = 2;
    private const long One = 1L << Shift;

    private readonly Lock _lock = new();
    private readonly string _operation;
    private readonly long _most;

    // Told when permits that a waiter was given come back after the end.
    private readonly Action? _returnedAfterClose;

    // INVARIANT: the permits that nobody has, shifted, and the two bits.
    private long _state;
    private WaiterList _waiters;

    /// <summary>Makes one.</summary>
    /// <param name="operation">What acquires from it, for the meter.</param>
    /// <param name="permits">How many permits it begins with.</param>
    /// <param name="most">How many there can be.</param>
    /// <param name="returnedAfterClose">Told when permits that a waiter was given come back after the end.</param>
    internal PermitQueue(string operation, long permits, long most = MaxPermits, Action? returnedAfterClose = null)
    {
        _operation = operation;
        _returnedAfterClose = returnedAfterClose;
        _state = permits << Shift;
        _most = most;
    }

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

    /// <summary>Takes permits, or waits for them.</summary>
    /// <param name="waiter">The caller's place; Idle at the first poll.</param>
    /// <param name="target">Whom to wake.</param>
    /// <param name="count">How many; the same at each poll.</param>
    /// <returns>NoPermits while waiting.</returns>
    internal AcquireOutcome Poll(Waiter waiter, WakeTarget target, long count)
    {
        WaiterState state = waiter.State;
        if (state == WaiterState.Idle)
        {
            AcquireOutcome outcome = TryAcquire(count);
            if (outcome != AcquireOutcome.NoPermits)
            {
                return outcome;
            }
        }
        else if (state == WaiterState.Granted)
        {
            if (waiter.TryTake(target))
            {
                return AcquireOutcome.Acquired;
            }
        }
        else if (state == WaiterState.Waiting && ReferenceEquals(waiter.Target, target))
        {
            return AcquireOutcome.NoPermits;
        }

        return PollSlow(waiter, target, count);
    }

    /// <summary>Stops waiting; permits that were given and not taken go to the next.</summary>
    /// <param name="waiter">The place.</param>
    internal void Withdraw(Waiter waiter)
    {
        if (waiter.State == WaiterState.Waiting && WithdrawWaiting(waiter))
        {
            return;
        }

        if (waiter.State == WaiterState.Granted && waiter.TryTake(Ambient.Current.Strand?.Target))
        {
            Release(waiter.Wanted);
            TellIfClosed();
        }

        waiter.State = WaiterState.Idle;
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
            ReleaseQueued(count, ref wakes);
            wakes.WakeAll();
        }
    }

    /// <summary>The same, for a caller that holds a lock of its own: it wakes after it has released that.</summary>
    /// <param name="count">How many.</param>
    /// <param name="wakes">Who is to be woken.</param>
    internal void Release(long count, ref WakeBatch wakes)
    {
        if (!TryReleaseUnqueued(count))
        {
            ReleaseQueued(count, ref wakes);
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
        WakeBatch wakes = default;
        Close(ref wakes);
        wakes.WakeAll();
    }

    /// <summary>The same, for a caller that holds a lock of its own.</summary>
    /// <param name="wakes">Who is to be woken.</param>
    internal void Close(ref WakeBatch wakes)
    {
        using (_lock.EnterScope())
        {
            _waiters.Release(WaiterState.Closed, ref wakes);
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
        }
    }

    /// <inheritdoc/>
    public void PassOn(Waiter waiter, WakeTarget target)
    {
        WakeBatch wakes = default;
        using (_lock.EnterScope())
        {
            if (!waiter.TrySkip(this, target))
            {
                return;
            }

            Interlocked.Add(ref _state, waiter.Wanted << Shift); // ORDERING: as Release. Others may change the word if nobody waits.
            Grant(ref wakes);
        }

        wakes.WakeAll();
        TellIfClosed();
        SyncMeter.PassesOn(_operation);
    }

    /// <summary>Permits came back: whoever waits for the last of them is told, if it was closed.</summary>
    internal void TellIfClosed()
    {
        if (_returnedAfterClose is not null && IsClosed)
        {
            _returnedAfterClose();
        }
    }

    private AcquireOutcome PollSlow(Waiter waiter, WakeTarget target, long count)
    {
        bool isNew = waiter.State == WaiterState.Idle;
        AcquireOutcome outcome;
        int length;
        using (_lock.EnterScope())
        {
            switch (waiter.State)
            {
                case WaiterState.Waiting:
                    waiter.MoveTo(target);
                    return AcquireOutcome.NoPermits;
                case WaiterState.Closed:
                    return AcquireOutcome.Closed;
                case WaiterState.Granted when waiter.TryTake(target):
                    return AcquireOutcome.Acquired;
                default:
                    outcome = Enqueue(waiter, target, count, passedOver: waiter.State == WaiterState.Skipped);
                    length = outcome == AcquireOutcome.NoPermits ? _waiters.Count : 0;
                    break;
            }
        }

        // One that was passed over has been counted.
        if (isNew)
        {
            SyncMeter.Contends(_operation);
            SyncMeter.Waits(_operation, length);
        }

        return outcome;
    }

    // Under the lock.
    private AcquireOutcome Enqueue(Waiter waiter, WakeTarget target, long count, bool passedOver)
    {
        long state = Volatile.Read(ref _state); // ORDERING: the exchange decides.
        while (true)
        {
            // One that was passed over comes before all who wait, and need not wait if there is enough for it.
            bool first = (state & Queued) == 0 || passedOver;
            bool take = first && (state >> Shift) >= count && (state & Closed) == 0;
            if (!take && (state & Closed) != 0)
            {
                return AcquireOutcome.Closed;
            }

            long next = take ? state - (count << Shift) : state | Queued;
            long seen = Interlocked.CompareExchange(ref _state, next, state); // ORDERING: as TryAcquire; the flag turns away fast releases.
            if (seen != state)
            {
                state = seen;
                continue;
            }

            if (take)
            {
                waiter.State = WaiterState.Taken;
                return AcquireOutcome.Acquired;
            }

            waiter.MoveTo(target);
            waiter.Source = this;
            waiter.Wanted = count;
            waiter.State = WaiterState.Waiting;
            if (passedOver)
            {
                _waiters.AddFirst(waiter);
            }
            else
            {
                _waiters.AddLast(waiter);
            }

            return AcquireOutcome.NoPermits;
        }
    }

    private bool WithdrawWaiting(Waiter waiter)
    {
        WakeBatch wakes = default;
        using (_lock.EnterScope())
        {
            if (waiter.State != WaiterState.Waiting)
            {
                return false;
            }

            _waiters.Remove(waiter);
            waiter.State = WaiterState.Idle;

            // It may have been the first, wanting many, with permits there for the next.
            Grant(ref wakes);
        }

        wakes.WakeAll();
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every unlock without contention
    private bool TryReleaseUnqueued(long count)
    {
        long state = Volatile.Read(ref _state); // ORDERING: the exchange decides.
        while ((state & Queued) == 0)
        {
            if ((state >> Shift) > _most - count)
            {
                ThrowOverflow();
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

    private void ReleaseQueued(long count, ref WakeBatch wakes)
    {
        using (_lock.EnterScope())
        {
            long state = Interlocked.Add(ref _state, count << Shift); // ORDERING: as Release.
            if ((state >> Shift) > _most)
            {
                Interlocked.Add(ref _state, -(count << Shift)); // ORDERING: misuse.
                ThrowOverflow();
            }

            Grant(ref wakes);
        }
    }

    // Under the lock: gives what is there to who waits first, and clears the flag when nobody waits any more.
    private void Grant(ref WakeBatch wakes)
    {
        long state = Volatile.Read(ref _state); // ORDERING: with the flag set only the lock's holder changes it.
        if ((state & Queued) == 0)
        {
            return;
        }

        while (_waiters.First is { } waiter && (state >> Shift) >= waiter.Wanted)
        {
            _waiters.Remove(waiter);
            long wanted = waiter.Wanted;
            if (waiter.TryGrant(ref wakes))
            {
                state -= wanted << Shift;
            }
        }

        if (_waiters.IsEmpty)
        {
            state &= ~Queued;
        }

        Volatile.Write(ref _state, state); // ORDERING: release, pairs with TryAcquire.
    }

    private void ThrowOverflow() => throw new InvalidOperationException(
        $"More permits were given back than there can be ({_most}): something was released twice.");
}
