namespace Kioto.Sync;

/// <summary>Waiters in the order of their arrival. Intrusive: entering and leaving cost O(1) and allocate nothing.</summary>
/// <remarks>A mutable struct that is never copied. INVARIANT: guarded by the lock of its owner.</remarks>
internal struct WaiterList
{
    internal Waiter? First;
    private Waiter? _last;

    internal int Count { readonly get; private set; }

    internal readonly bool IsEmpty => First is null;

    internal readonly Waiter? Last => _last;

    internal void AddLast(Waiter waiter)
    {
        Count++;
        waiter.Previous = _last;
        if (_last is { } last)
        {
            last.Next = waiter;
        }
        else
        {
            First = waiter;
        }

        _last = waiter;
    }

    internal void AddFirst(Waiter waiter)
    {
        Count++;
        waiter.Next = First;
        if (First is { } first)
        {
            first.Previous = waiter;
        }
        else
        {
            _last = waiter;
        }

        First = waiter;
    }

    /// <summary>Takes out a waiter that is in this list.</summary>
    /// <param name="waiter">The waiter.</param>
    internal void Remove(Waiter waiter)
    {
        Count--;
        Waiter? previous = waiter.Previous;
        Waiter? next = waiter.Next;
        if (previous is null)
        {
            First = next;
        }
        else
        {
            previous.Next = next;
            waiter.Previous = null;
        }

        if (next is null)
        {
            _last = previous;
        }
        else
        {
            next.Previous = previous;
            waiter.Next = null;
        }
    }

    /// <summary>Says who is in it.</summary>
    /// <param name="into">Where to say it.</param>
    /// <param name="role">What they wait for.</param>
    internal readonly void Describe(PrimitiveDescription into, string role)
    {
        for (Waiter? each = First; each is not null; each = each.Next)
        {
            into.AddWaiter(each.Target, role, each);
        }
    }

    /// <summary>Takes everybody out, each with the same outcome.</summary>
    /// <param name="outcome">Granted or Closed.</param>
    /// <param name="wakes">Who is to be woken after the lock has been released.</param>
    internal void Release(WaiterState outcome, ref WakeBatch wakes)
    {
        while (First is { } waiter)
        {
            Remove(waiter);
            wakes.Add(waiter.Target);
            waiter.State = outcome;
        }
    }
}
