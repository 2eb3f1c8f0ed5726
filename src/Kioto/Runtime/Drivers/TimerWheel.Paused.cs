using System.Collections.Generic;

namespace Kioto;

/// <content>What only a paused clock asks for: deadlines to the nanosecond, and in order.</content>
internal sealed partial class TimerWheel
{
    /// <summary>The earliest deadline, to the nanosecond. For a clock that is paused: it takes time.</summary>
    /// <returns>The deadline; long.MaxValue when there is none.</returns>
    internal long EarliestDeadline()
    {
        using (_lock.EnterScope())
        {
            if (_slots[TimerSlots.Due] is { } due)
            {
                return due.Deadline;
            }

            long earliest = long.MaxValue;
            bool any = false;
            while (!any && _slots.NextSlot(out int level, out int slot, out _))
            {
                // In the last level what waits for a later round may lie before what comes earlier.
                bool all = level == TimerSlots.Levels - 1;
                for (int i = all ? 0 : slot; i <= (all ? TimerSlots.Slots - 1 : slot); i++)
                {
                    earliest = long.Min(earliest, EarliestOf((level * TimerSlots.Slots) + i, puts: !all, ref any));
                }
            }

            return earliest;
        }
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
            if (entry.IsLeft || (puts && _slots.SlotOf(entry.Deadline, out _) != list))
            {
                _stale = true;
                _slots.Remove(entry);
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
                _slots.Remove(only);
                _slots.InsertAt(only, TimerSlots.Due);
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
            _slots.Remove(entry);
            _slots.InsertAt(entry, TimerSlots.Due);
        }
    }
}
