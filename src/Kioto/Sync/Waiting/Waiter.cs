using System.Runtime.CompilerServices;
using System.Threading;

namespace Kioto.Sync;

/// <summary>A place in a list of waiters. Owned by a pooled leaf for good: waiting allocates nothing.</summary>
internal sealed class Waiter : Handout
{
    // Whether it is the leaf that its task waits for, and no part of a future that the task may poll around: a poll of
    // the task takes what was given, so nothing is left with the task to be passed on. INVARIANT: as Target.
    private bool _direct;

    // INVARIANT: a WaiterState. See there who writes it.
    private int _state;

    /// <summary>Whom to wake. INVARIANT: written under the lock of what it waits for, by the polling thread only.</summary>
    internal WakeTarget? Target;

    /// <summary>
    /// Whether it is a leaf's, and this poll is its task's own: then so will be the next ones with the same target, until
    /// the leaf is withdrawn. INVARIANT: the polling thread's.
    /// </summary>
    internal bool OfTask;

    /// <summary>Who is to pass on what was granted, if it is not direct. INVARIANT: as <see cref="Target"/>; compared under that lock.</summary>
    internal IPermitSource? Source;

    /// <summary>INVARIANT: guarded by the lock of what it waits for.</summary>
    internal Waiter? Previous;

    /// <summary>INVARIANT: guarded by the lock of what it waits for.</summary>
    internal Waiter? Next;

    /// <summary>What it waits for: a number of permits, or a position. INVARIANT: as <see cref="Target"/>.</summary>
    internal long Wanted;

    /// <summary>What it was given beside the grant itself. INVARIANT: written before Granted, read after it.</summary>
    internal long Given;

    internal WaiterState State
    {
        get => (WaiterState)Volatile.Read(ref _state); // ORDERING: acquire, pairs with the grant's release.
        set => Volatile.Write(ref _state, (int)value); // ORDERING: release of what was given; under the lock, or while nobody else knows it.
    }

    /// <summary>Ends a grant, once.</summary>
    /// <param name="next">Taken or Skipped.</param>
    /// <returns>Whether this was the one.</returns>
    internal bool TryEndGrant(WaiterState next) =>

        // ORDERING: pairs with the grant, and with the other one who tries.
        Interlocked.CompareExchange(ref _state, (int)next, (int)WaiterState.Granted) == (int)WaiterState.Granted;

    /// <summary>It waits for this target from now on, in whose poll this is; under the lock of what it waits for.</summary>
    /// <param name="target">Whom to wake.</param>
    /// <param name="source">Who is to pass on what it is given.</param>
    internal void MoveTo(WakeTarget target, IPermitSource source)
    {
        _direct = OfTask;
        if (!_direct)
        {
            target.ExpectHandouts();
            Source = source;
        }

        Target = target;
    }

    /// <summary>Whether nothing has to be left with its task. Under the lock of what it waits for.</summary>
    internal bool IsDirect => _direct;

    /// <summary>Gives to it as <see cref="TryGrant"/> does. Precondition: it is direct, and in no list any more.</summary>
    /// <returns>Whom to wake after the lock has been released.</returns>
    internal WakeTarget GrantDirect()
    {
        WakeTarget target = Target!;
        Holder = null;
        State = WaiterState.Granted; // From here on it may serve another operation.
        return target;
    }

    /// <summary>Gives to it, under the lock of what gives: what it is given beside the grant has been written before.</summary>
    /// <param name="wakes">Who is to be woken after the lock has been released.</param>
    /// <returns>False when its task has ended: it was passed over, and the next one's turn has come.</returns>
    internal bool TryGrant(ref WakeBatch wakes)
    {
        WakeTarget target = Target!;
        bool given = true;
        if (_direct)
        {
            Holder = null;
        }
        else
        {
            given = target.HandOut(this);
        }

        wakes.Add(target); // Also when its task has ended: a future that moves is polled by another one and waits anew.
        if (given && Holder is { } holder && !ReferenceEquals(holder, target))
        {
            wakes.Add(holder); // It may poll nothing that the target belongs to: its turn tells.
        }

        State = given ? WaiterState.Granted : WaiterState.Skipped;
        return given;
    }

    /// <summary>Ends the grant that a task did not take, under the lock of what gave.</summary>
    /// <param name="source">What gave.</param>
    /// <param name="target">The task.</param>
    /// <returns>Whether it is to be passed on; else it was taken, or the waiter waits for something else by now.</returns>
    internal bool TrySkip(IPermitSource source, WakeTarget target) =>
        ReferenceEquals(Source, source) && ReferenceEquals(Holder, target) && TryEndGrant(WaiterState.Skipped);

    /// <summary>Takes what was granted. The thread that polls it only, which has seen that it was.</summary>
    /// <param name="target">Whom the poll's waker wakes.</param>
    /// <returns>False when it has been passed on.</returns>
    internal bool TryTake(WakeTarget? target)
    {
        if (_direct)
        {
            State = WaiterState.Taken; // Left with nobody: nobody else ends it.
            return true;
        }

        if (!TryEndGrant(WaiterState.Taken))
        {
            return false;
        }

        target?.TakeHandout(this); // Of another task than the one it was given to: that one lets go of it by itself.
        return true;
    }

    /// <summary>Takes what was granted to it directly, if that is so. The thread that polls it only.</summary>
    /// <returns>Whether it was.</returns>
    internal bool TryTakeDirect()
    {
        if (State != WaiterState.Granted || !_direct)
        {
            return false;
        }

        State = WaiterState.Taken;
        return true;
    }

    internal override void PassOn(WakeTarget target) => Volatile.Read(ref Source)?.PassOn(this, target); // ORDERING: a hint; compared under the lock.

    /// <summary>A waiter for what its owner waits for next: this one, unless a task holds it for what it was given before.</summary>
    /// <remarks>That is rare: a future that was polled by one task, and then by another with a grant under way.</remarks>
    /// <returns>An idle waiter.</returns>
    internal Waiter Renew()
    {
        if (Volatile.Read(ref Handed)) // ORDERING: acquire, pairs with the task's last touch.
        {
            return new Waiter();
        }

        Reset();
        return this;
    }

    /// <summary>Forgets everything, for the next use, if it took a direct grant: that is little. Only while it is in no list.</summary>
    /// <returns>False when nothing has happened.</returns>
    internal bool TryEndDirectUse()
    {
        if (State != WaiterState.Taken || Source is not null)
        {
            return false; // Or it was left with a task in the same use, before the future was that task's own.
        }

        Target = null; // The list that it was in may know it for long.
        State = WaiterState.Idle;
        return true;
    }

    /// <summary>Forgets everything, for the next use. Only while it is in no list.</summary>
    /// <returns>
    /// False when there must be none: a task still holds it for what it was given. That is rare: a future that moved to
    /// another task with a grant under way.
    /// </returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every send, receive and lock
    internal bool TryForget()
    {
        // It never waited, as most don't: then there is nothing to forget.
        if (State != WaiterState.Idle || Target is not null)
        {
            if (Volatile.Read(ref Handed)) // ORDERING: acquire, pairs with the task's last touch.
            {
                return false;
            }

            Reset();
        }

        return true;
    }

    /// <summary>Forgets everything. Only while it is in no list.</summary>
    internal void Reset()
    {
        Target = null;
        Source = null;
        Holder = null;
        OfTask = false;
        State = WaiterState.Idle;
    }
}
