using System.Numerics;

namespace Kioto;

/// <summary>The lists of a timer wheel: seven levels of 64 slots each, and which of them are occupied.</summary>
/// <remarks>Guarded by the wheel's lock, which knows when a slot's time has come and what becomes of its entries.</remarks>
internal struct TimerSlots
{
    internal const int Levels = 7;
    internal const int SlotBits = 6;
    internal const int Slots = 1 << SlotBits;

    // A tick of the finest level: 16 microseconds.
    internal const int TickBits = 14;
    internal const long Tick = 1L << TickBits;

    // On a paused clock: those whose time has come and whom nobody has woken yet, in order.
    internal const int Due = Levels * Slots;

    private const long Reach = 1L << (Levels * SlotBits);
    private const long LastSlot = 1L << ((Levels - 1) * SlotBits);

    /// <summary>All ticks before this one have been processed. Never ahead of the clock.</summary>
    internal long Elapsed;

    // In this order one lies behind the other in memory, and the slots, of which the last ones are hardly ever used,
    // between what this wheel's owner writes all the time and the next wheel.
    private readonly ulong[] _occupied = new ulong[Levels + 1];
    private readonly TimerEntry?[] _lists = new TimerEntry?[Due + 1];

    internal TimerSlots(long now)
    {
        Elapsed = now >> TickBits;
    }

    /// <summary>The first entry of a list, which knows the last as its previous one.</summary>
    internal readonly TimerEntry? this[int list] => _lists[list];

    /// <summary>Puts an entry where its deadline belongs.</summary>
    /// <param name="entry">An entry in no list.</param>
    /// <returns>When the wheel must be looked at for its sake.</returns>
    internal readonly long Insert(TimerEntry entry)
    {
        InsertAt(entry, SlotOf(entry.Deadline, out long lookAt));
        return lookAt;
    }

    /// <summary>Where a deadline belongs.</summary>
    /// <param name="deadline">The deadline, in nanoseconds.</param>
    /// <param name="lookAt">When the wheel must be looked at for its sake.</param>
    /// <returns>The list.</returns>
    internal readonly int SlotOf(long deadline, out long lookAt)
    {
        // At most as far as the wheel reaches, which ends before the last level's current slot: an entry there would
        // hide, for a whole round, the slots before it.
        long end = (Elapsed & -LastSlot) + Reach - 1;
        long tick = long.Clamp(deadline >> TickBits, Elapsed, end);
        ulong differing = (ulong)(tick ^ Elapsed) | (Slots - 1);
        int level = int.Min(BitOperations.Log2(differing) / SlotBits, Levels - 1);
        int shift = level * SlotBits;
        int slot = (int)(tick >> shift) & (Slots - 1);
        lookAt = level == 0 ? (tick + 1) << TickBits : tick >> shift << (shift + TickBits);
        return (level * Slots) + slot;
    }

    internal readonly void InsertAt(TimerEntry entry, int index)
    {
        entry.Slot = (short)index;
        entry.NextEntry = null;
        if (_lists[index] is { } head)
        {
            TimerEntry last = head.Previous!;
            entry.Previous = last;
            last.NextEntry = entry;
            head.Previous = entry;
            return;
        }

        entry.Previous = entry;
        _lists[index] = entry;
        _occupied[index / Slots] |= 1UL << (index % Slots);
    }

    internal readonly void Remove(TimerEntry entry)
    {
        int index = entry.Slot;
        TimerEntry head = _lists[index]!;
        TimerEntry? next = entry.NextEntry;
        if (!ReferenceEquals(head, entry))
        {
            entry.Previous!.NextEntry = next;
            (next ?? head).Previous = entry.Previous;
        }
        else if (next is not null)
        {
            next.Previous = entry.Previous;
            _lists[index] = next;
        }
        else
        {
            _lists[index] = null;
            _occupied[index / Slots] &= ~(1UL << (index % Slots));
        }

        entry.Previous = null;
        entry.NextEntry = null;
        entry.Slot = -1;
    }

    /// <summary>The occupied slot whose time comes first. Lower levels come before higher ones.</summary>
    /// <param name="level">Its level.</param>
    /// <param name="slot">Its place in that level.</param>
    /// <param name="tick">When its time begins.</param>
    /// <returns>Whether any slot is occupied.</returns>
    internal readonly bool NextSlot(out int level, out int slot, out long tick)
    {
        for (level = 0; level < Levels; level++)
        {
            ulong occupied = _occupied[level];
            if (occupied == 0)
            {
                continue;
            }

            int shift = level * SlotBits;
            int now = (int)(Elapsed >> shift) & (Slots - 1);
            int ahead = BitOperations.TrailingZeroCount(BitOperations.RotateRight(occupied, now));
            slot = (now + ahead) & (Slots - 1);
            long levelStart = Elapsed & ~((1L << (shift + SlotBits)) - 1);
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
}
