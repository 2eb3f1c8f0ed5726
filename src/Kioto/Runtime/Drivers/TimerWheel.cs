using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Kioto;

/// <summary>A hierarchical timer wheel: six levels of 64 slots, the first of 1 ms, each next 64 times as coarse.</summary>
/// <remarks>
/// The design is Tokio's. An entry lies in the level of the highest bit in which its tick differs from the wheel's own
/// time, and moves down when that slot's time comes; what lies further ahead than the wheel reaches waits in its last
/// slot and is inserted again. A deadline is rounded up to a tick, so nothing fires early.
/// INVARIANT: everything is guarded by the lock, but <see cref="NextDeadline"/> may be read without it.
/// </remarks>
internal sealed class TimerWheel
{
    private const int Levels = 6;
    private const int SlotBits = 6;
    private const int Slots = 1 << SlotBits;

    // The list of those whose time has come and whom nobody has woken yet.
    private const int Due = Levels * Slots;

    private const long TickNanos = 1_000_000;
    private const long Reach = 1L << (Levels * SlotBits);
    private const long LastSlot = 1L << ((Levels - 1) * SlotBits);

    private readonly Lock _lock = new();
    private readonly TimerEntry?[] _slots = new TimerEntry?[Due + 1];
    private readonly ulong[] _occupied = new ulong[Levels + 1];

    // Ticks up to and including this one have been processed.
    private long _elapsed = Clock.Now / TickNanos;
    private long _nextDeadline = long.MaxValue;
    private bool _closed;

    /// <summary>When the wheel must be looked at next, in nanoseconds; long.MaxValue when it is empty.</summary>
    internal long NextDeadline => Volatile.Read(ref _nextDeadline); // ORDERING: see TimerService.

    /// <summary>Puts an entry in. Its deadline and target are set.</summary>
    /// <param name="entry">An entry in no wheel.</param>
    /// <returns>Whether the wheel must now be looked at earlier than before.</returns>
    internal bool Start(TimerEntry entry)
    {
        using (_lock.EnterScope())
        {
            if (_closed)
            {
                throw new InvalidOperationException(
                    "The runtime of this timer has been shut down. Sleep on a runtime that is alive.");
            }

            entry.Wheel = this;
            entry.Fired = false;
            Insert(entry);
            long before = NextDeadline;
            Publish();
            return NextDeadline < before;
        }
    }

    /// <summary>Takes an entry out if it is still in.</summary>
    /// <param name="entry">An entry that was started here.</param>
    internal void Cancel(TimerEntry entry)
    {
        using (_lock.EnterScope())
        {
            if (entry.Slot >= 0)
            {
                Remove(entry);
                Publish();
            }

            entry.Target = null;
        }
    }

    /// <summary>Whether the entry has fired; if not, whom it is to wake.</summary>
    /// <param name="entry">An entry that was started here.</param>
    /// <param name="target">The current waker's target.</param>
    /// <returns>How it stands.</returns>
    internal TimerState Poll(TimerEntry entry, WakeTarget target)
    {
        using (_lock.EnterScope())
        {
            if (entry.Fired)
            {
                return TimerState.Fired;
            }

            entry.Target = target;
            return _closed ? TimerState.Gone : TimerState.Waiting;
        }
    }

    /// <summary>The runtime has ended: nothing fires any more, and who waits is woken to be told so.</summary>
    internal void Close()
    {
        while (true)
        {
            WakeTarget? target;
            using (_lock.EnterScope())
            {
                _closed = true;
                int slot = Array.FindIndex(_slots, static entry => entry is not null);
                if (slot < 0)
                {
                    return;
                }

                TimerEntry entry = _slots[slot]!;
                Remove(entry);
                target = entry.Target;
                entry.Target = null;
            }

            target?.Wake();
        }
    }

    /// <summary>Fires what is due.</summary>
    /// <param name="now">The time, in nanoseconds.</param>
    /// <returns>How many fired.</returns>
    internal int Expire(long now)
    {
        if (NextDeadline > now)
        {
            return 0;
        }

        int fired = 0;
        WakeBatch batch = default;
        do
        {
            batch.Count = 0;
            using (_lock.EnterScope())
            {
                CollectDue(now / TickNanos);
                while (batch.Count < WakeBatch.Size && _slots[Due] is { } entry)
                {
                    Remove(entry);
                    entry.Fired = true;
                    batch.Targets[batch.Count++] = entry.Target;
                    entry.Target = null;
                }

                Publish();
            }

            // Outside the lock: a wake may end in a queue's lock, or start a timer.
            fired += batch.Count;
            for (int i = 0; i < batch.Count; i++)
            {
                batch.Targets[i]?.Wake();
            }
        }
        while (batch.Count == WakeBatch.Size);

        return fired;
    }

    // Moves what is due to a list of its own, from which it can still be cancelled.
    private void CollectDue(long nowTick)
    {
        while (NextSlot(out int level, out int slot, out long tick) && tick <= nowTick)
        {
            _elapsed = tick;
            while (_slots[(level * Slots) + slot] is { } entry)
            {
                Remove(entry);
                if (TickOf(entry) <= _elapsed)
                {
                    InsertAt(entry, Due);
                }
                else
                {
                    Insert(entry);
                }
            }
        }

        if (nowTick > _elapsed)
        {
            _elapsed = nowTick;
        }
    }

    private static long TickOf(TimerEntry entry) =>
        entry.Deadline >= long.MaxValue - TickNanos ? long.MaxValue : (entry.Deadline + TickNanos - 1) / TickNanos;

    private void Insert(TimerEntry entry)
    {
        // At least one tick ahead: the current one has been processed. At most as far as the wheel reaches, which ends
        // before the last level's current slot: an entry there would hide, for a whole round, the slots before it.
        long end = (_elapsed & -LastSlot) + Reach - 1;
        long tick = long.Clamp(TickOf(entry), _elapsed + 1, end);
        ulong differing = (ulong)(tick ^ _elapsed) | (Slots - 1);
        int level = int.Min(BitOperations.Log2(differing) / SlotBits, Levels - 1);
        int slot = (int)(tick >> (level * SlotBits)) & (Slots - 1);
        InsertAt(entry, (level * Slots) + slot);
    }

    private void InsertAt(TimerEntry entry, int index)
    {
        TimerEntry? head = _slots[index];
        entry.Slot = index;
        entry.Previous = null;
        entry.NextEntry = head;
        if (head is not null)
        {
            head.Previous = entry;
        }

        _slots[index] = entry;
        _occupied[index / Slots] |= 1UL << (index % Slots);
    }

    private void Remove(TimerEntry entry)
    {
        int index = entry.Slot;
        if (entry.Previous is { } previous)
        {
            previous.NextEntry = entry.NextEntry;
        }
        else
        {
            _slots[index] = entry.NextEntry;
            if (entry.NextEntry is null)
            {
                _occupied[index / Slots] &= ~(1UL << (index % Slots));
            }
        }

        if (entry.NextEntry is { } next)
        {
            next.Previous = entry.Previous;
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
            if (tick <= _elapsed)
            {
                // The slot's turn in this round is over: it comes in the next.
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
        long next = _slots[Due] is not null ? 0 : NextSlot(out _, out _, out long tick) ? tick * TickNanos : long.MaxValue;
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
    }

    [InlineArray(WakeBatch.Size)]
    private struct TargetBuffer
    {
        private WakeTarget? _first;
    }
}
