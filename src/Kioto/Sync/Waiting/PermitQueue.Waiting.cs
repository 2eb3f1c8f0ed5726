using System;
using System.Threading;

namespace Kioto.Sync;

// With waiters: under the lock, but for taking what was granted.
internal sealed partial class PermitQueue
{
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

    /// <inheritdoc/>
    public void PassOn(Waiter waiter, WakeTarget target)
    {
        WakeBatch wakes = default;
        bool more;
        using (_lock.EnterScope())
        {
            if (!waiter.TrySkip(this, target))
            {
                return;
            }

            Interlocked.Add(ref _state, waiter.Wanted << Shift); // ORDERING: as Release. Others may change the word if nobody waits.
            more = Grant(ref wakes);
        }

        Finish(more, ref wakes);
        TellIfClosed();
        SyncMeter.PassesOn(_operation);
    }

    /// <summary>Permits came back: whoever waits for the last of them is told, if it was closed.</summary>
    internal void TellIfClosed()
    {
        if (_owner is not null && IsClosed)
        {
            _owner.PermitsReturnedAfterClose();
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
                    waiter.MoveTo(target, this);
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

            // ORDERING: as TryAcquire; the flag turns away fast releases. Set already, nobody but us changes anything.
            long next = take ? state - (count << Shift) : state | Queued;
            if (next != state && Interlocked.CompareExchange(ref _state, next, state) is long seen && seen != state)
            {
                state = seen;
                continue;
            }

            if (take)
            {
                waiter.State = WaiterState.Taken;
                return AcquireOutcome.Acquired;
            }

            waiter.Wanted = count;
            _waiters.Enter(waiter, target, this);
            return AcquireOutcome.NoPermits;
        }
    }

    private bool WithdrawWaiting(Waiter waiter)
    {
        WakeBatch wakes = default;
        bool more;
        using (_lock.EnterScope())
        {
            if (waiter.State != WaiterState.Waiting)
            {
                return false;
            }

            _waiters.Remove(waiter);
            waiter.State = WaiterState.Idle;

            // It may have been the first, wanting many, with permits there for the next.
            more = Grant(ref wakes);
        }

        Finish(more, ref wakes);
        return true;
    }

    private bool ReleaseQueued(long count, ref WakeBatch wakes)
    {
        // Thrown under the lock, it would be told to exception filters and first-chance handlers, which are strangers.
        if (!TryReleaseQueued(count, ref wakes, out bool more))
        {
            ThrowOverflow();
        }

        return more;
    }

    private bool TryReleaseQueued(long count, ref WakeBatch wakes, out bool more)
    {
        more = false;
        using (_lock.EnterScope())
        {
            long state = Volatile.Read(ref _state); // ORDERING: with the flag set only the lock's holder changes it.
            while (_owner is not null || (state >> Shift) <= _most - count)
            {
                count = Math.Min(count, _most - (state >> Shift));
                if ((state & Queued) != 0)
                {
                    more = Grant(state + (count << Shift), ref wakes);
                    return true;
                }

                // All who waited have gone meanwhile: others may change the word.
                long seen = Interlocked.CompareExchange(ref _state, state + (count << Shift), state); // ORDERING: as Release.
                if (seen == state)
                {
                    return true;
                }

                state = seen;
            }

            return false;
        }
    }

    private bool TryReleaseSlow(long count, uint stamp)
    {
        WakeBatch wakes = default;
        bool released = TryReleaseQueued(count, stamp, ref wakes, out bool more);
        Finish(more, ref wakes);
        return released;
    }

    private bool TryReleaseQueued(long count, uint stamp, ref WakeBatch wakes, out bool more)
    {
        more = false;
        using (_lock.EnterScope())
        {
            long state = Volatile.Read(ref _state); // ORDERING: with the flag set only the lock's holder changes it.
            while (((uint)state & StampMask) == stamp)
            {
                long next = (state & ~(long)StampMask) + (count << Shift) + After(stamp);
                if ((state & Queued) != 0)
                {
                    more = Grant(next, ref wakes);
                    return true;
                }

                // All who waited have gone meanwhile: another copy may change the word.
                long seen = Interlocked.CompareExchange(ref _state, next, state); // ORDERING: as Release.
                if (seen == state)
                {
                    return true;
                }

                state = seen;
            }

            return false;
        }
    }

    // Under the lock: gives what is there to who waits first, and clears the flag when nobody waits any more. Whether
    // the batch is full and there is something for the next: as long as the flag is set nobody else takes it, and
    // whoever enters the lock to give goes on with it.
    private bool Grant(ref WakeBatch wakes)
    {
        long state = Volatile.Read(ref _state); // ORDERING: with the flag set only the lock's holder changes it.
        return (state & Queued) != 0 && Grant(state, ref wakes);
    }

    // Under the lock, with the flag set: the state is what it will be if nobody gets anything.
    private bool Grant(long state, ref WakeBatch wakes)
    {
        bool more = false;
        while (_waiters.First is { } waiter && (state >> Shift) >= waiter.Wanted)
        {
            if (wakes.IsFull)
            {
                more = true;
                break;
            }

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
        return more;
    }
}
