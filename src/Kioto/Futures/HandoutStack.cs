using System.Threading;

namespace Kioto;

/// <summary>What was given to the waiters of one task and not taken yet: pushed by anybody, removed by its polling thread.</summary>
/// <remarks>
/// A mutable struct that is never copied: a field of what few strands need. When the task ends the stack is closed: what
/// is there is passed on, and who comes later is told and passes on itself.
/// </remarks>
internal struct HandoutStack
{
    // In place of the head of a closed stack.
    private static readonly Handout s_ended = new EndMark();

    // INVARIANT: any thread pushes; only the thread that polls the task removes, so links below the head are stable.
    // Once it is the mark it stays the mark.
    private Handout? _head;

    /// <summary>Adds one. Any thread; the task is woken afterwards.</summary>
    /// <param name="handout">It is in no stack.</param>
    /// <param name="holder">The task.</param>
    /// <returns>False when the task has ended.</returns>
    internal bool TryPush(Handout handout, WakeTarget holder)
    {
        handout.Turns = 0;
        handout.Holder = holder;
        handout.Handed = true;
        if (TryLink(handout))
        {
            return true;
        }

        Unlink(handout);
        return false;
    }

    /// <summary>A poll of the task begins: counts it for everything that is here.</summary>
    internal void BeginTurn()
    {
        // ORDERING: acquire, pairs with TryLink; what comes later is counted by the poll that its wake asks for.
        for (Handout? each = Volatile.Read(ref _head); each is not null; each = each.NextHandout)
        {
            each.Turns++;
        }
    }

    /// <summary>Its waiter takes it, or gives it back itself. The task's polling thread only.</summary>
    /// <param name="handout">Perhaps in this stack.</param>
    /// <param name="holder">The task.</param>
    internal void Remove(Handout handout, WakeTarget holder)
    {
        // In another task's stack, or in none.
        if (!ReferenceEquals(handout.Holder, holder) || !handout.Handed)
        {
            return;
        }

        // ORDERING: pairs with TryLink.
        if (!ReferenceEquals(Interlocked.CompareExchange(ref _head, handout.NextHandout, handout), handout))
        {
            RemoveFromBelow(handout);
        }

        Unlink(handout);
    }

    /// <summary>A poll of the task ends: passes on what it has not taken.</summary>
    /// <param name="target">The task.</param>
    /// <param name="yielded">Whether it may have run out of budget before it came to all of its waiters: it gets one more turn.</param>
    internal void EndTurn(WakeTarget target, bool yielded)
    {
        if (Volatile.Read(ref _head) is not null) // ORDERING: a hint; its own removals it sees.
        {
            PassOn(target, Interlocked.Exchange(ref _head, null), yielded ? 2 : 1); // ORDERING: pairs with TryLink.
        }
    }

    /// <summary>The task has ended: passes on what it has not taken, and takes no more. Its polling thread, as the last.</summary>
    /// <param name="target">The task.</param>
    internal void Close(WakeTarget target)
    {
        Handout? head = Interlocked.Exchange(ref _head, s_ended); // ORDERING: pairs with TryLink: who comes later finds the mark.
        if (!ReferenceEquals(head, s_ended))
        {
            PassOn(target, head, 0);
        }
    }

    /// <summary>Its owner, which had ended, is used again. By who has it to himself.</summary>
    internal void Reopen() => Volatile.Write(ref _head, null); // ORDERING: who came before has found the mark, and changed nothing.

    private static void Unlink(Handout handout)
    {
        handout.NextHandout = null;
        Volatile.Write(ref handout.Handed, false); // ORDERING: release, the last touch; pairs with who reuses it.
    }

    private void PassOn(WakeTarget target, Handout? rest, int turns)
    {
        while (rest is { } each)
        {
            rest = each.NextHandout;
            if (each.Turns < turns)
            {
                TryLink(each); // The task has not ended: this is its poll.
                continue;
            }

            Unlink(each);
            each.PassOn(target);
        }
    }

    private void RemoveFromBelow(Handout handout)
    {
        Handout? rest = Interlocked.Exchange(ref _head, null); // ORDERING: pairs with TryLink.
        while (rest is { } each)
        {
            rest = each.NextHandout;
            if (!ReferenceEquals(each, handout))
            {
                TryLink(each); // As above.
            }
        }
    }

    private bool TryLink(Handout handout)
    {
        Handout? head = Volatile.Read(ref _head); // ORDERING: the exchange below decides.
        while (!ReferenceEquals(head, s_ended))
        {
            handout.NextHandout = head;
            Handout? seen = Interlocked.CompareExchange(ref _head, handout, head); // ORDERING: release of the link and of what the giver wrote.
            if (ReferenceEquals(seen, head))
            {
                return true;
            }

            head = seen;
        }

        return false;
    }

    private sealed class EndMark : Handout
    {
        internal override void PassOn(WakeTarget target)
        {
        }
    }
}
