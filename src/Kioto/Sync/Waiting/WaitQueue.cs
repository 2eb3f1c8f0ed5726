using System.Threading;

namespace Kioto.Sync;

/// <summary>Waits until something has changed that all who wait look at again: everybody is woken, nothing is given.</summary>
/// <remarks>
/// Who changes something does it before <see cref="WakeAll"/>; who waits asks <see cref="Wait"/>, then looks once more
/// before it reports pending. Who finds nobody waiting pays a full fence and a read.
/// </remarks>
/// <param name="operation">What waits, for the meter.</param>
internal sealed class WaitQueue(string operation = "channel.closed")
{
    private ShortLock _lock;
    private WaiterList _waiters;

    // INVARIANT: how many are in the list; written under the lock.
    private int _count;

    internal int Count => Volatile.Read(ref _count); // ORDERING: a hint.

    /// <summary>Says who waits.</summary>
    /// <param name="into">Where to say it.</param>
    /// <param name="role">What they wait for.</param>
    internal void Describe(PrimitiveDescription into, string role)
    {
        using (_lock.EnterScope())
        {
            _waiters.Describe(into, role);
        }
    }

    /// <summary>Enters the list, or stays in it. The caller then looks at what it waits for once more.</summary>
    /// <param name="waiter">The place.</param>
    /// <param name="target">Whom to wake.</param>
    internal void Wait(Waiter waiter, WakeTarget target)
    {
        Waiter? known = null;
        _ = TryWait(waiter, target, ref known);
    }

    /// <summary>The same, for a waiter that others know by a place of their own.</summary>
    /// <param name="waiter">The place.</param>
    /// <param name="target">Whom to wake.</param>
    /// <param name="known">Where it is known, until it leaves. INVARIANT: guarded by the lock.</param>
    /// <returns>False when another one is known there: nothing has happened.</returns>
    internal bool TryWait(Waiter waiter, WakeTarget target, ref Waiter? known)
    {
        int entered = 0;
        using (_lock.EnterScope())
        {
            if (known is not null && !ReferenceEquals(known, waiter))
            {
                return false;
            }

            known = waiter;
            waiter.Target = target;
            if (waiter.State != WaiterState.Waiting)
            {
                waiter.State = WaiterState.Waiting;
                _waiters.AddLast(waiter);
                entered = _waiters.Count;
                _count = entered;
            }
        }

        SyncMeter.Waits(operation, entered);

        Interlocked.MemoryBarrier(); // ORDERING: the caller's look comes after the count; pairs with WakeAll's fence.
        return true;
    }

    /// <summary>Waits until a count is zero.</summary>
    /// <param name="count">The count. Who takes it to zero wakes all.</param>
    /// <param name="waiter">The place.</param>
    /// <param name="target">Whom to wake.</param>
    /// <returns>Whether it is zero.</returns>
    internal bool PollZero(ref int count, Waiter waiter, WakeTarget target)
    {
        if (Volatile.Read(ref count) != 0) // ORDERING: read again after Wait's fence.
        {
            Wait(waiter, target);
            if (Volatile.Read(ref count) != 0) // ORDERING: after Wait's fence.
            {
                return false;
            }
        }

        Leave(waiter);
        return true;
    }

    /// <summary>Leaves the list.</summary>
    /// <param name="waiter">The place.</param>
    internal void Leave(Waiter waiter)
    {
        Waiter? known = null;
        Leave(waiter, ref known);
    }

    /// <summary>The same, for a waiter that others know.</summary>
    /// <param name="waiter">The place.</param>
    /// <param name="known">Where it is known.</param>
    internal void Leave(Waiter waiter, ref Waiter? known)
    {
        if (waiter.State == WaiterState.Idle)
        {
            return;
        }

        using (_lock.EnterScope())
        {
            if (ReferenceEquals(known, waiter))
            {
                known = null;
            }

            if (waiter.State == WaiterState.Waiting)
            {
                _waiters.Remove(waiter);
                _count = _waiters.Count;
            }

            waiter.State = WaiterState.Idle;
        }
    }

    /// <summary>Wakes one who waits, if he does. What he is to learn was written before, by an atomic operation.</summary>
    /// <param name="known">Where he is known.</param>
    internal void Wake(ref Waiter? known)
    {
        WakeTarget? target = null;
        using (_lock.EnterScope())
        {
            if (known is { State: WaiterState.Waiting } waiter)
            {
                _waiters.Remove(waiter);
                _count = _waiters.Count;
                target = waiter.Target;
                waiter.State = WaiterState.Granted;
            }
        }

        target?.Wake();
    }

    /// <summary>Wakes everybody who waits. The change was made before.</summary>
    internal void WakeAll()
    {
        Interlocked.MemoryBarrier(); // ORDERING: the change comes before the look at the count; pairs with Wait's fence.
        if (Volatile.Read(ref _count) == 0)
        {
            return;
        }

        WakeBatch wakes = default;
        bool more = false;
        do
        {
            using (_lock.EnterScope())
            {
                if (!more)
                {
                    _waiters.BeginRelease();
                }

                more = _waiters.Release(WaiterState.Granted, ref wakes);
                _count = _waiters.Count;
            }

            wakes.WakeAll();
        }
        while (more);
    }
}
