using System;
using System.Runtime.CompilerServices;

namespace ModelChecking;

/// <summary>
/// Numbers the memory locations of an execution, so that a store buffer or a futex queue can name one after the
/// operation that mentioned it has returned.
/// </summary>
/// <remarks>
/// A managed reference may not live on the heap, and an address goes stale when the collector moves the object. The
/// references therefore live in a ref struct in the stack frame of the exploration, which outlives all executions.
/// The collector finds and updates them there like those of any frame, and they keep their objects alive, so no
/// address is reused within an execution. (Locals on a model thread's stack are the exception: don't share those.)
/// </remarks>
internal sealed unsafe class Locations
{
    private readonly void* _slots;
    private readonly string?[] _names = new string?[LocationSlots.Capacity];
    private int _count;

    /// <param name="slots">A <see cref="LocationSlots"/> in a stack frame that outlives this object's use.</param>
    internal Locations(void* slots) => _slots = slots;

    /// <summary>The reference with number <paramref name="id"/>.</summary>
    internal ref byte this[int id] => ref Slot(id).Target;

    /// <summary>The number of <paramref name="target"/>, which it gets if it has none.</summary>
    internal int IdOf(ref byte target)
    {
        int id = Find(ref target);
        return id >= 0 ? id : Add(ref target);
    }

    /// <summary>The number of <paramref name="target"/>, or -1.</summary>
    internal int Find(ref byte target)
    {
        for (int i = 0; i < _count; i++)
        {
            if (Unsafe.AreSame(ref Slot(i).Target, ref target))
            {
                return i;
            }
        }

        return -1;
    }

    internal void SetName(int id, string name) => _names[id] = name;

    internal string? NameOf(int id) => _names[id];

    /// <summary>Forgets everything; otherwise an execution's objects would live on with the next one.</summary>
    internal void Clear()
    {
        for (int i = 0; i < _count; i++)
        {
            Slot(i).Target = ref Unsafe.NullRef<byte>();
            _names[i] = null;
        }

        _count = 0;
    }

    private int Add(ref byte target)
    {
        if (_count == LocationSlots.Capacity)
        {
            throw new InvalidOperationException(
                $"The model uses more than {LocationSlots.Capacity} locations in one execution; make it smaller.");
        }

#pragma warning disable CS9079, CS9085, CS9093 // The slot's frame outlives the target's only if the model shares locals.
        Slot(_count).Target = ref target;
#pragma warning restore CS9079, CS9085, CS9093
        return _count++;
    }

#pragma warning disable CS8500 // A pointer to a type with references: it points into a stack frame, which stays put.
    private ref LocationSlot Slot(int id) => ref ((LocationSlot*)_slots)[id];
#pragma warning restore CS8500
}
