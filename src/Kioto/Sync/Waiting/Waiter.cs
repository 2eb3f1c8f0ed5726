using System.Threading;

namespace Kioto.Sync;

/// <summary>A place in a list of waiters. Owned by a pooled leaf for good: waiting allocates nothing.</summary>
internal sealed class Waiter : Handout
{
    // INVARIANT: a WaiterState. See there who writes it.
    private int _state;

    /// <summary>Whom to wake. INVARIANT: written under the lock of what it waits for, by the polling thread only.</summary>
    internal WakeTarget? Target;

    /// <summary>Who is to pass on what was granted. INVARIANT: as <see cref="Target"/>; compared under that lock.</summary>
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

    internal override void PassOn(WakeTarget target) => Volatile.Read(ref Source)?.PassOn(this, target); // ORDERING: a hint; compared under the lock.

    /// <summary>Forgets everything. Only while it is in no list.</summary>
    internal void Reset()
    {
        Target = null;
        Source = null;
        State = WaiterState.Idle;
    }
}
