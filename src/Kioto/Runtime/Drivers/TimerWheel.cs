using System;
using System.Collections.Generic;
using System.Numerics;
using System.Runtime.CompilerServices;
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
internal sealed class TimerWheel : TimerHolder
{
    private const int Levels = 7;
    private const int SlotBits = 6;
    private const int Slots = 1 << SlotBits;

    // On a paused clock: those whose time has come and whom nobody has woken yet, in order.
    private const int Due = Levels * Slots;

    // For a verdict on entries that are to be inserted, whatever their deadline.
    private const long NothingIsDue = long.MinValue;

    // How many entries are moved from one slot to others while the lock is held once.
    private const int MostMoved = 64;

    // A tick of the finest level: 16 microseconds.
    private const int TickBits = 14;
    private const long Tick = 1L << TickBits;

    // Timers started further ahead than the finest two levels reach (67 ms) are rounded up to this.
    private const long CoarseTick = Tick << SlotBits;
    private const long Far = CoarseTick << SlotBits;

    private const long Reach = 1L << (Levels * SlotBits);
    private const long LastSlot = 1L << ((Levels - 1) * SlotBits);

    // In this order one lies behind the other in memory, and the slots, of which the last ones are hardly ever used,
    // between what this wheel's owner writes all the time and the next wheel.
    private readonly Lock _lock = new();
    private readonly ulong[] _occupied = new ulong[Levels + 1];
    private readonly TimerEntry?[] _slots = new TimerEntry?[Due + 1];
    private readonly ClockState _clock;

    // All ticks before this one have been processed. Never ahead of the clock.
    private long _elapsed;

    // A slot whose time has come and whose entries are being moved to lower levels; -1 when none is. INVARIANT: while it
    // has entries, _elapsed stays at the slot's first tick, so nothing is inserted there, and the wheel is to be looked at.
    private int _cascading = -1;
    private long _nextDeadline = long.MaxValue;
    private bool _stale;
    private bool _closed;

    internal TimerWheel(ClockState clock)
    {
        _clock = clock;
        _elapsed = clock.Now >> TickBits;
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
                throw new InvalidOperationException(
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
                Remove(entry);
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
                Remove(timer);
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
    internal override bool TryLeave(TimerEntry timer) =>
        !_clock.IsPaused && timer.Word.TryLeave() == TransitionToLeft.Success;

    /// <inheritdoc/>
    internal override bool TryRestart(TimerEntry timer, long deadline, long now) =>
        TryMove(timer, Round(deadline, now), TimerState.Left);

    /// <inheritdoc/>
    internal override bool TryMove(TimerEntry timer, long deadline) => TryMove(timer, deadline, TimerState.Waiting);

    /// <summary>The runtime has ended: nothing fires any more, and who waits is woken to be told so.</summary>
    internal void Close()
    {
        int list = 0;
        int moved = 0;
        WakeBatch batch = default;
        do
        {
            batch.Count = 0;
            using (_lock.EnterScope())
            {
                _closed = true; // From now on entries only leave.
                while (list <= Due && TakeAll(list, TimerState.Gone, long.MaxValue, ref moved, ref batch))
                {
                    list++;
                }

                moved = 0;

                Publish();
            }

            batch.Wake();
        }
        while (list <= Due);
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

    /// <summary>The earliest deadline, to the nanosecond. For a clock that is paused: it takes time.</summary>
    /// <returns>The deadline; long.MaxValue when there is none.</returns>
    internal long EarliestDeadline()
    {
        using (_lock.EnterScope())
        {
            if (_slots[Due] is { } due)
            {
                return due.Deadline;
            }

            long earliest = long.MaxValue;
            bool any = false;
            while (!any && NextSlot(out int level, out int slot, out _))
            {
                // In the last level what waits for a later round may lie before what comes earlier.
                bool all = level == Levels - 1;
                for (int i = all ? 0 : slot; i <= (all ? Slots - 1 : slot); i++)
                {
                    earliest = long.Min(earliest, EarliestOf((level * Slots) + i, puts: !all, ref any));
                }
            }

            return earliest;
        }
    }

    /// <summary>Fires what is due.</summary>
    /// <remarks>However much that is, the lock is held for <see cref="MostMoved"/> entries, and as many wakes, at a time.</remarks>
    /// <param name="now">The time, in nanoseconds.</param>
    /// <returns>How many fired.</returns>
    internal int Expire(long now)
    {
        bool exact = _clock.IsPaused;
        if (NextDeadline - (exact ? Tick : 0) > now)
        {
            return 0;
        }

        int fired = 0;
        bool isDone;
        WakeBatch batch = default;
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

    // ORDERING: see TimerWord for all three; NEVER EARLIER is why the slot where it lies will do.
    private bool TryMove(TimerEntry timer, long deadline, TimerState from)
    {
        if (_clock.IsPaused || deadline < timer.Deadline)
        {
            return false;
        }

        Volatile.Write(ref timer.Deadline, deadline);
        return timer.Word.TryMove(from) == TransitionToMoved.Success;
    }

    // Judges an entry that was taken out: whom to wake, because its deadline has come; else it is let go of, or lies where
    // it belongs.
    private WakeTarget? Judge(TimerEntry entry, TimerState state, long now)
    {
        while (true)
        {
            int seen = entry.Word.Read();
            bool isLeft = TimerWord.StateOf(seen) == TimerState.Left;
            if (!isLeft && Volatile.Read(ref entry.Deadline) > now) // ORDERING: ONE JUDGEMENT.
            {
                Insert(entry);
                return null;
            }

            WakeTarget? target = isLeft ? null : entry.Target;
            if (entry.Word.TrySettle(seen, state) == TransitionToSettled.Success)
            {
                return target;
            }
        }
    }

    // Takes out what is due, some of it: the rest stays where it can still be cancelled. Returns whether that was all.
    private bool TakeDue(long now, bool exact, ref WakeBatch batch)
    {
        long nowTick = now >> TickBits;
        int moved = 0;
        while (TakeAll(Due, TimerState.Fired, now, ref moved, ref batch) && MoveDown(ref moved))
        {
            if (!NextSlot(out int level, out int slot, out long tick) || tick > nowTick)
            {
                _elapsed = long.Max(_elapsed, nowTick);
                return true;
            }

            _elapsed = tick;
            if (level > 0)
            {
                _cascading = (level * Slots) + slot;
            }
            else if (exact)
            {
                MoveInOrder(slot, now);
                if (tick == nowTick)
                {
                    return TakeAll(Due, TimerState.Fired, now, ref moved, ref batch);
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
    private bool TakeAll(int list, TimerState state, long now, ref int moved, ref WakeBatch batch)
    {
        while (_slots[list] is { } entry)
        {
            if (batch.Count == WakeBatch.Size || moved == MostMoved)
            {
                return false;
            }

            Remove(entry);
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

            Remove(entry);
            Judge(entry, TimerState.Fired, NothingIsDue);
        }

        _cascading = -1;
        return true;
    }

    // The earliest deadline of those in a list. Those that were left are let go of, and those that do not belong there put
    // where they do, or counted as they are.
    private long EarliestOf(int list, bool puts, ref bool any)
    {
        long earliest = long.MaxValue;
        TimerEntry? next;
        for (TimerEntry? entry = _slots[list]; entry is not null; entry = next)
        {
            next = entry.NextEntry;
            if (entry.Standing == TimerState.Left || (puts && SlotOf(entry.Deadline, out _) != list))
            {
                _stale = true;
                Remove(entry);
                Judge(entry, TimerState.Fired, NothingIsDue);
            }
            else
            {
                earliest = long.Min(earliest, entry.Deadline);
                any = true;
            }
        }

        return earliest;
    }

    // On a paused clock: those of the slot that are due, by deadline; who was inserted first first. Others that lie there
    // only because they were moved, or left, before the clock was paused are put where they belong.
    private void MoveInOrder(int slot, long now)
    {
        bool any = false;
        _ = EarliestOf(slot, puts: true, ref any);
        if (_slots[slot] is { NextEntry: null } only)
        {
            if (only.Deadline <= now)
            {
                Remove(only);
                InsertAt(only, Due);
            }

            return;
        }

        List<(long Deadline, int Place, TimerEntry Entry)> due = [];
        for (TimerEntry? entry = _slots[slot]; entry is not null; entry = entry.NextEntry)
        {
            if (entry.Deadline <= now)
            {
                due.Add((entry.Deadline, due.Count, entry));
            }
        }

        // The sort is not stable: the place breaks ties.
        due.Sort(static (one, other) => (one.Deadline, one.Place).CompareTo((other.Deadline, other.Place)));
        foreach ((_, _, TimerEntry entry) in due)
        {
            Remove(entry);
            InsertAt(entry, Due);
        }
    }

    // After a quiet time the wheel is behind: nobody has looked at it, because nothing was due. A timer that is near would
    // then go to a level for far ones, from which it must be moved down.
    private void CatchUp(long now)
    {
        long tick = now >> TickBits;
        if (tick > _elapsed && now < NextDeadline) // So no occupied slot's time has come.
        {
            _elapsed = tick;
        }
    }

    private bool InsertAndPublish(TimerEntry entry)
    {
        long lookAt = Insert(entry);
        if (lookAt >= NextDeadline)
        {
            return false;
        }

        Volatile.Write(ref _nextDeadline, lookAt); // ORDERING: see TimerService.
        return true;
    }

    // Returns when the wheel must be looked at for its sake.
    private long Insert(TimerEntry entry)
    {
        InsertAt(entry, SlotOf(entry.Deadline, out long lookAt));
        return lookAt;
    }

    private int SlotOf(long deadline, out long lookAt)
    {
        // At most as far as the wheel reaches, which ends before the last level's current slot: an entry there would
        // hide, for a whole round, the slots before it.
        long end = (_elapsed & -LastSlot) + Reach - 1;
        long tick = long.Clamp(deadline >> TickBits, _elapsed, end);
        ulong differing = (ulong)(tick ^ _elapsed) | (Slots - 1);
        int level = int.Min(BitOperations.Log2(differing) / SlotBits, Levels - 1);
        int shift = level * SlotBits;
        int slot = (int)(tick >> shift) & (Slots - 1);
        lookAt = level == 0 ? (tick + 1) << TickBits : tick >> shift << (shift + TickBits);
        return (level * Slots) + slot;
    }

    private void InsertAt(TimerEntry entry, int index)
    {
        entry.Slot = (short)index;
        entry.NextEntry = null;
        if (_slots[index] is { } head)
        {
            TimerEntry last = head.Previous!;
            entry.Previous = last;
            last.NextEntry = entry;
            head.Previous = entry;
            return;
        }

        entry.Previous = entry;
        _slots[index] = entry;
        _occupied[index / Slots] |= 1UL << (index % Slots);
    }

    private void Remove(TimerEntry entry)
    {
        int index = entry.Slot;
        TimerEntry head = _slots[index]!;
        TimerEntry? next = entry.NextEntry;
        if (!ReferenceEquals(head, entry))
        {
            entry.Previous!.NextEntry = next;
            (next ?? head).Previous = entry.Previous;
        }
        else if (next is not null)
        {
            next.Previous = entry.Previous;
            _slots[index] = next;
        }
        else
        {
            _slots[index] = null;
            _occupied[index / Slots] &= ~(1UL << (index % Slots));
        }

        entry.Previous = null;
        entry.NextEntry = null;
        entry.Slot = -1;
    }

    // The occupied slot whose time comes first, and that time. Lower levels come before higher ones.
    private bool NextSlot(out int level, out int slot, out long tick)
    {
        for (level = 0; level < Levels; level++)
        {
            ulong occupied = _occupied[level];
            if (occupied == 0)
            {
                continue;
            }

            int shift = level * SlotBits;
            int now = (int)(_elapsed >> shift) & (Slots - 1);
            int ahead = BitOperations.TrailingZeroCount(BitOperations.RotateRight(occupied, now));
            slot = (now + ahead) & (Slots - 1);
            long levelStart = _elapsed & ~((1L << (shift + SlotBits)) - 1);
            tick = levelStart + ((long)slot << shift);
            if (slot < now)
            {
                // The slot's turn in this round is over: it comes in the next. Only in the last level.
                tick += 1L << (shift + SlotBits);
            }

            return true;
        }

        slot = 0;
        tick = 0;
        return false;
    }

    private void Publish()
    {
        _stale = false;
        long next = _slots[Due] is not null || (_cascading >= 0 && _slots[_cascading] is not null) ? 0
            : !NextSlot(out int level, out _, out long tick) ? long.MaxValue
            : (level == 0 ? tick + 1 : tick) << TickBits;
        if (next != NextDeadline)
        {
            Volatile.Write(ref _nextDeadline, next); // ORDERING: see TimerService.
        }
    }

    /// <summary>Whom to wake after the lock is released; on the stack.</summary>
    private struct WakeBatch
    {
        internal const int Size = 32;

        internal int Count;
        internal TargetBuffer Targets;

        internal void Wake()
        {
            for (int i = 0; i < Count; i++)
            {
                Targets[i]?.Wake();
            }
        }
    }

    [InlineArray(WakeBatch.Size)]
    private struct TargetBuffer
    {
        private WakeTarget? _first;
    }
}
