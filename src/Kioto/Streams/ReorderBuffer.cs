using System;

namespace Kioto.Streams;

/// <summary>Outcomes that arrive in any order and leave in the order of their numbers. A ring that grows as needed.</summary>
internal sealed class ReorderBuffer<T>
{
    // A power of two; the outcome with a number lies at number & (length - 1).
    private Slot[] _slots = new Slot[8];

    // The number that leaves next. Numbers wrap round, without their sign bit.
    private int _first;

    /// <summary>Puts an outcome in its place.</summary>
    /// <param name="number">Its number, not less than what has left.</param>
    /// <param name="outcome">The outcome.</param>
    internal void Put(int number, FutureOutcome<T> outcome)
    {
        while (((number - _first) & int.MaxValue) >= _slots.Length)
        {
            Grow();
        }

        _slots[number & (_slots.Length - 1)] = new Slot(outcome);
    }

    /// <summary>Takes the outcome whose turn it is.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <returns>Whether it has arrived.</returns>
    internal bool TryTake(out FutureOutcome<T> outcome)
    {
        ref Slot slot = ref _slots[_first & (_slots.Length - 1)];
        outcome = slot.Outcome;
        if (!slot.IsFull)
        {
            return false;
        }

        slot = default;
        _first = (_first + 1) & int.MaxValue;
        return true;
    }

    /// <summary>Takes some outcome that has arrived, if nobody will ask for them in their order any more.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <returns>Whether there was one.</returns>
    internal bool TryTakeAny(out FutureOutcome<T> outcome)
    {
        foreach (ref Slot slot in _slots.AsSpan())
        {
            if (slot.IsFull)
            {
                outcome = slot.Outcome;
                slot = default;
                return true;
            }
        }

        outcome = default;
        return false;
    }

    private void Grow()
    {
        Slot[] larger = new Slot[_slots.Length * 2];
        for (int i = 0; i < _slots.Length; i++)
        {
            int number = _first + i;
            larger[number & (larger.Length - 1)] = _slots[number & (_slots.Length - 1)];
        }

        _slots = larger;
    }

    private readonly struct Slot(FutureOutcome<T> outcome)
    {
        internal FutureOutcome<T> Outcome { get; } = outcome;

        internal bool IsFull { get; } = true;
    }
}
