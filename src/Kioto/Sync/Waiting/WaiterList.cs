using System.Runtime.CompilerServices;

namespace Kioto.Sync;

/// <summary>Waiters in the order of their arrival. Intrusive: entering and leaving cost O(1) and allocate nothing.</summary>
/// <remarks>
/// Those whom something releases all at once (<see cref="BeginRelease"/>) wait for nothing any more, but are told a
/// batch at a time, so that the lock is not held for all of them: until then they are in a second list, in state
/// Waiting, and leave it as they leave the first. A mutable struct that is never copied. INVARIANT: guarded by the
/// lock of its owner.
/// </remarks>
internal struct WaiterList
{
    // Left as they are when the last one has gone: to let the same waiter in again, as happens most, is a compare then,
    // which is cheaper than a store's write barrier. So a list may keep two waiters alive that are in none, or in another
    // one by now: who is done with a waiter clears whom it woke.
    private Waiter? _first;
    private Waiter? _last;

    // Whether somebody is in it: then the two above are the first and the last.
    private bool _holdsAny;

    // Who is released and has not been told.
    private Waiter? _firstReleased;
    private Waiter? _lastReleased;

    /// <summary>How many, with those that are released and not told.</summary>
    internal int Count { readonly get; private set; }

    internal readonly bool IsEmpty => !_holdsAny;

    internal readonly Waiter? First => _holdsAny ? _first : null;

    internal readonly Waiter? Last => _holdsAny ? _last : null;

    internal void AddLast(Waiter waiter)
    {
        Count++;
        if (!_holdsAny)
        {
            BeAlone(waiter);
            return;
        }

        Waiter last = _last!;
        waiter.Previous = last;
        last.Next = waiter;
        _last = waiter;
    }

    internal void AddFirst(Waiter waiter)
    {
        Count++;
        if (!_holdsAny)
        {
            BeAlone(waiter);
            return;
        }

        Waiter first = _first!;
        waiter.Next = first;
        first.Previous = waiter;
        _first = waiter;
    }

    /// <summary>Begins to wait: the last, or before all others because it was passed over.</summary>
    /// <param name="waiter">The waiter.</param>
    /// <param name="target">Whom to wake.</param>
    /// <param name="source">Who is to pass on what it is given.</param>
    internal void Enter(Waiter waiter, WakeTarget target, IPermitSource source)
    {
        if (waiter.State != WaiterState.Skipped)
        {
            waiter.MoveTo(target, source);
            waiter.State = WaiterState.Waiting;
            AddLast(waiter);
        }
        else
        {
            waiter.MoveTo(target, source);
            waiter.State = WaiterState.Waiting;
            AddFirst(waiter);
        }
    }

    /// <summary>Takes out a waiter that is in this list.</summary>
    /// <param name="waiter">The waiter.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every notification
    internal void Remove(Waiter waiter)
    {
        Count--;
        if (_holdsAny && ReferenceEquals(_first, waiter) && ReferenceEquals(_last, waiter))
        {
            _holdsAny = false;
        }
        else
        {
            Unlink(waiter);
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

    /// <summary>Releases everybody who is in it now; <see cref="Release"/> tells them.</summary>
    internal void BeginRelease()
    {
        if (!_holdsAny)
        {
            return;
        }

        if (_lastReleased is { } last)
        {
            last.Next = _first;
            _first!.Previous = last;
        }
        else
        {
            _firstReleased = _first;
        }

        _lastReleased = _last;
        _holdsAny = false;
    }

    /// <summary>Tells those who are released their outcome, as many as the batch takes.</summary>
    /// <param name="outcome">Granted or Closed.</param>
    /// <param name="wakes">Who is to be woken after the lock has been released.</param>
    /// <param name="given">What they are given.</param>
    /// <returns>Whether there are more: the caller wakes these without the lock, and calls again.</returns>
    internal bool Release(WaiterState outcome, ref WakeBatch wakes, long given = 0)
    {
        // From the front, with one store of the list's own for all of them.
        Waiter? waiter = _firstReleased;
        while (waiter is not null && !wakes.IsFull)
        {
            Count--;
            Waiter? next = waiter.Next;
            if (next is not null)
            {
                next.Previous = null;
                waiter.Next = null;
            }

            wakes.Add(waiter.Target);
            waiter.Given = given;
            waiter.State = outcome; // From here on it may serve another operation.
            waiter = next;
        }

        _firstReleased = waiter;
        if (waiter is not null)
        {
            return true;
        }

        _lastReleased = null;
        return false;
    }

    private void BeAlone(Waiter waiter)
    {
        _holdsAny = true;
        if (!ReferenceEquals(_first, waiter))
        {
            _first = waiter;
        }

        if (!ReferenceEquals(_last, waiter))
        {
            _last = waiter;
        }
    }

    private void Unlink(Waiter waiter)
    {
        Waiter? previous = waiter.Previous;
        Waiter? next = waiter.Next;
        if (previous is not null)
        {
            previous.Next = next;
            waiter.Previous = null;
        }
        else if (_holdsAny && ReferenceEquals(_first, waiter))
        {
            _first = next;
        }
        else
        {
            _firstReleased = next;
        }

        if (next is not null)
        {
            next.Previous = previous;
            waiter.Next = null;
        }
        else if (_holdsAny && ReferenceEquals(_last, waiter))
        {
            _last = previous;
        }
        else
        {
            _lastReleased = previous;
        }
    }
}
