using System.Threading;

namespace Kioto;

/// <summary>The clock of one runtime: the process's, or one that stands still until somebody moves it.</summary>
/// <remarks>
/// A clock that was paused and goes on is ahead of the process's by what it was moved, or behind by what it stood.
/// INVARIANT, NOTHING TO DO: who drives the runtime looks at the count of closures first and for work then; time moves, and
/// who waits for this moment is woken, only if there was neither. A closure wakes whom it wakes before it is counted off,
/// so what it left behind is seen as work, or it as running. Who ends the last closure, or begins to wait for the moment,
/// changes that first and then unparks the driver, which keeps an unpark that comes too early.
/// </remarks>
internal sealed class ClockState
{
    private const long Running = long.MinValue;

    private readonly Lock _lock = new();

    // INVARIANT: written under the lock; read by anyone. The offset is written before the clock goes on.
    private long _frozen = Running;
    private long _offset;

    // INVARIANT: closures of the blocking pool that are queued or run. Counted only where the clock can be paused.
    private int _blocking;

    // INVARIANT: under the lock. Who steps through time, and whom to wake when there is nothing else to do.
    private bool _advancing;
    private WakeTarget? _idleWaiter;

    /// <summary>Nanoseconds on this clock.</summary>
    internal long Now
    {
        get
        {
            long frozen = Volatile.Read(ref _frozen); // ORDERING: acquire, pairs with Resume: the offset is not older.
            return frozen != Running ? frozen : Clock.Now + Volatile.Read(ref _offset);
        }
    }

    internal bool IsPaused => Volatile.Read(ref _frozen) != Running; // ORDERING: seen late, the next turn sees it.

    /// <summary>Whether it was ever paused: then it may differ from the process's.</summary>
    internal bool WasPaused { get; private set; }

    /// <summary>Whether closures hold time: what the last of them left behind is seen by who sees that it has ended.</summary>
    internal bool IsHeld => Volatile.Read(ref _blocking) != 0; // ORDERING: acquire, NOTHING TO DO.

    /// <summary>Whether time may be moved when there is nothing to do: paused, and nobody steps through it.</summary>
    internal bool MayAutoAdvance
    {
        get
        {
            using (_lock.EnterScope())
            {
                return IsPaused && !_advancing;
            }
        }
    }

    /// <summary>Stops the clock.</summary>
    /// <returns>False when it stands already.</returns>
    internal bool TryPause()
    {
        using (_lock.EnterScope())
        {
            if (IsPaused)
            {
                return false;
            }

            WasPaused = true;
            Volatile.Write(ref _frozen, Now); // ORDERING: publication.
            return true;
        }
    }

    /// <summary>Lets the clock go on from where it stands.</summary>
    /// <returns>False when it runs already.</returns>
    internal bool TryResume()
    {
        using (_lock.EnterScope())
        {
            if (!IsPaused)
            {
                return false;
            }

            Volatile.Write(ref _offset, Now - Clock.Now);
            Volatile.Write(ref _frozen, Running); // ORDERING: release of the offset, pairs with Now.
            return true;
        }
    }

    /// <summary>Moves a clock that stands; never back. One that runs stays as it is.</summary>
    /// <param name="now">The time that it is to be.</param>
    internal void MoveTo(long now)
    {
        using (_lock.EnterScope())
        {
            if (IsPaused && now > Now)
            {
                Volatile.Write(ref _frozen, now); // ORDERING: publication.
            }
        }
    }

    /// <summary>Somebody steps through time: it doesn't move by itself meanwhile.</summary>
    /// <returns>False when somebody else does already.</returns>
    internal bool TryBeginAdvance()
    {
        using (_lock.EnterScope())
        {
            return !_advancing && (_advancing = true);
        }
    }

    internal void EndAdvance()
    {
        using (_lock.EnterScope())
        {
            _advancing = false;
        }
    }

    internal void BeginBlocking() => Interlocked.Increment(ref _blocking); // ORDERING: before anyone runs the closure.

    /// <summary>A closure has ended, and whoever waited for it has been woken.</summary>
    /// <returns>Whether the driver must be unparked.</returns>
    internal bool EndBlocking() => Interlocked.Decrement(ref _blocking) == 0 && IsPaused; // ORDERING: NOTHING TO DO.

    /// <summary>Asks to be woken when there is nothing else to do. The caller then unparks the driver.</summary>
    /// <param name="target">Whom to wake.</param>
    internal void WaitForIdle(WakeTarget target)
    {
        using (_lock.EnterScope())
        {
            _idleWaiter = target;
        }
    }

    internal void StopWaitingForIdle()
    {
        using (_lock.EnterScope())
        {
            _idleWaiter = null;
        }
    }

    /// <summary>Whether the wake has not come yet; if so it goes to this target.</summary>
    /// <param name="target">Whom to wake now.</param>
    /// <returns>True while waiting.</returns>
    internal bool StillWaitsForIdle(WakeTarget target)
    {
        using (_lock.EnterScope())
        {
            if (_idleWaiter is null)
            {
                return false;
            }

            _idleWaiter = target;
            return true;
        }
    }

    /// <summary>
    /// There is nothing to do, or the clock runs again: who waits for that moment is woken to see it.
    /// </summary>
    /// <returns>Whether somebody was.</returns>
    internal bool WakeIdleWaiter()
    {
        WakeTarget? waiter;
        using (_lock.EnterScope())
        {
            waiter = _idleWaiter;
            _idleWaiter = null;
        }

        waiter?.Wake();
        return waiter is not null;
    }
}
