using System.Threading;

namespace Kioto;

/// <summary>A hierarchical timer wheel: six levels of 64 slots, the first of 1 ms (2^20 ns), under which lies a finer one.</summary>
/// <remarks>
/// The design is Tokio's, with one more level of 16 microseconds below: an entry lies in the level of the highest bit in
/// which its tick differs from the wheel's own time, and moves down when that slot's time comes; what lies further ahead
/// than the wheel reaches waits in its last slot and is inserted again. A slot fires when its time is over, so nothing
/// fires early. What is started far ahead is rounded up to a millisecond, so that many such timers share a wake-up; what is
/// moved while it waits is not.
/// A timer whose owner has left it, or has given it a later deadline, stays in its slot until that slot's time comes: then
/// it is let go of, or put where it belongs (see <see cref="TimerWord"/>). Most timers never fire; so most cost their wheel
/// nothing. Not on a paused clock, whose timers are all where they belong by the time that it moves.
/// On a paused clock nothing is rounded: entries fire at their deadline, in order.
/// INVARIANT: everything is guarded by the lock, but <see cref="NextDeadline"/> may be read without it. It is never
/// later than the time at which an entry is due; it may be earlier after a cancellation, until <see cref="Refresh"/>.
/// </remarks>
internal sealed partial class TimerWheel : TimerHolder
{
    // For a verdict on entries that are to be inserted, whatever their deadline.
    private const long NothingIsDue = long.MinValue;

    // How many entries are moved from one slot to others while the lock is held once.
    private const int MostMoved = 64;

    // Timers started further ahead than the finest two levels reach (67 ms) are rounded up to this.
    private const long CoarseTick = TimerSlots.Tick << TimerSlots.SlotBits;
    private const long Far = CoarseTick << TimerSlots.SlotBits;

    private readonly Lock _lock = new();
    private readonly ClockState _clock;
    private TimerSlots _slots;

    // A slot whose time has come and whose entries are being moved to lower levels; -1 when none is. INVARIANT: while it
    // has entries, the slots' time stays at its first tick, so nothing is inserted there, and the wheel is to be looked at.
    private int _cascading = -1;
    private long _nextDeadline = long.MaxValue;
    private bool _stale;
    private bool _closed;

    internal TimerWheel(ClockState clock)
    {
        _clock = clock;
        _slots = new TimerSlots(clock.Now);
    }

    internal override long Now => _clock.Now;

    /// <summary>When the wheel must be looked at next, in nanoseconds; long.MaxValue when it is empty.</summary>
    internal long NextDeadline => Volatile.Read(ref _nextDeadline); // ORDERING: see TimerService.

    /// <summary>Puts an entry in. Its deadline and target are set.</summary>
    /// <param name="entry">An entry in no wheel.</param>
    /// <param name="now">The time, which the caller has just read; what is far ahead of it is rounded up.</param>
    /// <returns>Whether the wheel must now be looked at earlier than before.</returns>
    internal bool Start(TimerEntry entry, long now)
    {
        using (_lock.EnterScope())
        {
            if (_closed)
            {
                throw new RuntimeShutdownException(
                    "The runtime of this timer has been shut down. Sleep on a runtime that is alive.");
            }

            entry.Holder = this;
            entry.Word.Start();
            CatchUp(now);
            if (!_clock.IsPaused)
            {
                entry.Deadline = Round(entry.Deadline, now);
            }

            return InsertAndPublish(entry);
        }
    }

    /// <summary>Gives an entry that was started here another deadline, whether it waits or has fired.</summary>
    /// <remarks>Without a look at the clock, and so without rounding: most of those that are moved never fire.</remarks>
    /// <param name="entry">The entry.</param>
    /// <param name="deadline">The deadline.</param>
    /// <returns>Whether the wheel must now be looked at earlier than before.</returns>
    internal bool Reset(TimerEntry entry, long deadline)
    {
        using (_lock.EnterScope())
        {
            if (_closed)
            {
                return false;
            }

            if (entry.Slot >= 0)
            {
                _slots.Remove(entry);
                _stale = true;
            }

            entry.Deadline = deadline;
            entry.Word.Start();
            return InsertAndPublish(entry);
        }
    }

    /// <inheritdoc/>
    internal override void Cancel(TimerEntry timer)
    {
        using (_lock.EnterScope())
        {
            if (timer.Slot >= 0)
            {
                // The deadline that is published stays: the next timer that is started is mostly later, and then it
                // has nothing to publish. Who goes to sleep corrects it first.
                _slots.Remove(timer);
                _stale = true;
            }

            timer.Target = null;
        }
    }

    /// <inheritdoc/>
    internal override TimerState Poll(TimerEntry timer, WakeTarget target)
    {
        TimerState state = timer.Standing;
        if (state != TimerState.Waiting)
        {
            return state;
        }

        // Not settled yet, and it will wake whom it should: who waits wrote the target itself.
        if (ReferenceEquals(timer.Target, target))
        {
            return TimerState.Waiting;
        }

        using (_lock.EnterScope())
        {
            if (timer.Standing == TimerState.Waiting)
            {
                timer.Target = target;
            }

            return timer.Standing;
        }
    }

    /// <inheritdoc/>
    internal override bool TryLeave(TimerEntry timer)
    {
        if (_clock.IsPaused || timer.Standing != TimerState.Waiting)
        {
            return false;
        }

        Volatile.Write(ref timer.Target, NoTarget.Instance); // ORDERING: a verdict may be on its way; see TimerWord.
        return true;
    }

    /// <inheritdoc/>
    internal override bool TryRestart(TimerEntry timer, long deadline, long now) => TryMove(timer, Round(deadline, now));

    // ORDERING: see TimerWord; NEVER EARLIER is why the slot where it lies will do.

    /// <inheritdoc/>
    internal override bool TryMove(TimerEntry timer, long deadline)
    {
        if (_clock.IsPaused || deadline < timer.Deadline)
        {
            return false;
        }

        Volatile.Write(ref timer.Deadline, deadline);
        return timer.Word.TryMove() == TransitionToMoved.Success;
    }

    /// <summary>The runtime has ended: nothing fires any more, and who waits is woken to be told so.</summary>
    internal void Close()
    {
        int list = 0;
        int moved = 0;
        TimerWakes batch = default;
        do
        {
            batch.Count = 0;
            using (_lock.EnterScope())
            {
                _closed = true; // From now on entries only leave.
                while (list <= TimerSlots.Due && TakeAll(list, TimerState.Gone, long.MaxValue, ref moved, ref batch))
                {
                    list++;
                }

                moved = 0;

                Publish();
            }

            batch.Wake();
        }
        while (list <= TimerSlots.Due);
    }

    /// <summary>Makes <see cref="NextDeadline"/> what it should be, if a cancellation has left it too early.</summary>
    internal void Refresh()
    {
        if (!_stale) // A hint, read without the lock: who misses it sleeps too short once.
        {
            return;
        }

        using (_lock.EnterScope())
        {
            Publish();
        }
    }

    /// <summary>Fires what is due.</summary>
    /// <remarks>However much that is, the lock is held for <see cref="MostMoved"/> entries, and as many wakes, at a time.</remarks>
    /// <param name="now">The time, in nanoseconds.</param>
    /// <returns>How many fired.</returns>
    internal int Expire(long now)
    {
        bool exact = _clock.IsPaused;
        if (NextDeadline - (exact ? TimerSlots.Tick : 0) > now)
        {
            return 0;
        }

        int fired = 0;
        bool isDone;
        TimerWakes batch = default;
        do
        {
            batch.Count = 0;
            using (_lock.EnterScope())
            {
                isDone = _closed || TakeDue(now, exact, ref batch);
                Publish();
            }

            // Outside the lock: a wake may end in a queue's lock, or start a timer.
            fired += batch.Count;
            batch.Wake();
        }
        while (!isDone);

        return fired;
    }

    // Far ahead a millisecond's timers share a wake-up.
    private static long Round(long deadline, long now) => deadline > now + Far && deadline < long.MaxValue - CoarseTick
        ? (deadline + CoarseTick - 1) & -CoarseTick
        : deadline;

    // Judges an entry that was taken out: whom to wake, because its deadline has come; else it is let go of, or lies where
    // it belongs.
    private WakeTarget? Judge(TimerEntry entry, TimerState state, long now)
    {
        while (true)
        {
            int seen = entry.Word.Read();
            WakeTarget? target = Volatile.Read(ref entry.Target); // ORDERING: ONE JUDGEMENT.
            bool isLeft = ReferenceEquals(target, NoTarget.Instance);
            if (!isLeft && Volatile.Read(ref entry.Deadline) > now) // ORDERING: as well.
            {
                _ = _slots.Insert(entry);
                return null;
            }

            if (entry.Word.TrySettle(seen, state) == TransitionToSettled.Success)
            {
                return isLeft ? null : target;
            }
        }
    }

    // Takes out what is due, some of it: the rest stays where it can still be cancelled. Returns whether that was all.
    private bool TakeDue(long now, bool exact, ref TimerWakes batch)
    {
        long nowTick = now >> TimerSlots.TickBits;
        int moved = 0;
        while (TakeAll(TimerSlots.Due, TimerState.Fired, now, ref moved, ref batch) && MoveDown(ref moved))
        {
            if (!_slots.NextSlot(out int level, out int slot, out long tick) || tick > nowTick)
            {
                _slots.Elapsed = long.Max(_slots.Elapsed, nowTick);
                return true;
            }

            _slots.Elapsed = tick;
            if (level > 0)
            {
                _cascading = (level * TimerSlots.Slots) + slot;
            }
            else if (exact)
            {
                MoveInOrder(slot, now);
                if (tick == nowTick)
                {
                    return TakeAll(TimerSlots.Due, TimerState.Fired, now, ref moved, ref batch);
                }
            }
            else if (tick == nowTick)
            {
                return true; // Its time is not over.
            }
            else if (!TakeAll(slot, TimerState.Fired, now, ref moved, ref batch))
            {
                return false;
            }
        }

        return false;
    }

    // Returns whether the list is empty now; if not, that is enough for one hold of the lock.
    private bool TakeAll(int list, TimerState state, long now, ref int moved, ref TimerWakes batch)
    {
        while (_slots[list] is { } entry)
        {
            if (batch.Count == TimerWakes.Size || moved == MostMoved)
            {
                return false;
            }

            _slots.Remove(entry);
            if (Judge(entry, state, now) is { } target)
            {
                batch.Targets[batch.Count++] = target;
            }
            else
            {
                moved++;
            }
        }

        return true;
    }

    // Returns whether the slot that is being moved down is empty now, or none is.
    private bool MoveDown(ref int moved)
    {
        if (_cascading < 0)
        {
            return true;
        }

        for (; _slots[_cascading] is { } entry; moved++)
        {
            if (moved == MostMoved)
            {
                return false;
            }

            _slots.Remove(entry);
            Judge(entry, TimerState.Fired, NothingIsDue);
        }

        _cascading = -1;
        return true;
    }

    // After a quiet time the wheel is behind: nobody has looked at it, because nothing was due. A timer that is near would
    // then go to a level for far ones, from which it must be moved down.
    private void CatchUp(long now)
    {
        long tick = now >> TimerSlots.TickBits;
        if (tick > _slots.Elapsed && now < NextDeadline) // So no occupied slot's time has come.
        {
            _slots.Elapsed = tick;
        }
    }

    private bool InsertAndPublish(TimerEntry entry)
    {
        long lookAt = _slots.Insert(entry);
        if (lookAt >= NextDeadline)
        {
            return false;
        }

        Volatile.Write(ref _nextDeadline, lookAt); // ORDERING: see TimerService.
        return true;
    }

    private void Publish()
    {
        _stale = false;
        long next = _slots[TimerSlots.Due] is not null || (_cascading >= 0 && _slots[_cascading] is not null) ? 0
            : !_slots.NextSlot(out int level, out _, out long tick) ? long.MaxValue
            : (level == 0 ? tick + 1 : tick) << TimerSlots.TickBits;
        if (next != NextDeadline)
        {
            Volatile.Write(ref _nextDeadline, next); // ORDERING: see TimerService.
        }
    }
}
