using System.Threading;

namespace Kioto;

/// <summary>What was given to the waiters of one task and not taken yet: pushed by anybody, removed by its polling thread.</summary>
/// <remarks>A mutable struct that is never copied: a field of what few strands need.</remarks>
internal struct HandoutStack
{
    // INVARIANT: any thread pushes; only the thread that polls the task removes, so links below the head are stable.
    private Handout? _head;

    /// <summary>Adds one. Any thread; the task is woken afterwards.</summary>
    /// <param name="handout">It is in no stack.</param>
    internal void Push(Handout handout)
    {
        handout.Turns = 0;
        handout.Handed = true;
        Link(handout);
    }

    /// <summary>A poll of the task begins: counts it for everything that is here.</summary>
    internal void BeginTurn()
    {
        // ORDERING: acquire, pairs with Link; what comes later is counted by the poll that its wake asks for.
        for (Handout? each = Volatile.Read(ref _head); each is not null; each = each.NextHandout)
        {
            each.Turns++;
        }
    }

    /// <summary>Its waiter takes it, or gives it back itself. The task's polling thread only.</summary>
    /// <param name="handout">Perhaps in this stack.</param>
    internal void Remove(Handout handout)
    {
        // ORDERING: pairs with Link.
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
            PassOn(target, yielded ? 2 : 1);
        }
    }

    private static void Unlink(Handout handout)
    {
        handout.NextHandout = null;
        Volatile.Write(ref handout.Handed, false); // ORDERING: release, the last touch; pairs with who reuses it.
    }

    private void PassOn(WakeTarget target, int turns)
    {
        Handout? rest = Interlocked.Exchange(ref _head, null); // ORDERING: pairs with Link.
        while (rest is { } each)
        {
            rest = each.NextHandout;
            if (each.Turns < turns)
            {
                Link(each);
                continue;
            }

            Unlink(each);
            each.PassOn(target);
        }
    }

    private void RemoveFromBelow(Handout handout)
    {
        Handout? rest = Interlocked.Exchange(ref _head, null); // ORDERING: pairs with Link.
        while (rest is { } each)
        {
            rest = each.NextHandout;
            if (!ReferenceEquals(each, handout))
            {
                Link(each);
            }
        }
    }

    private void Link(Handout handout)
    {
        Handout? head = Volatile.Read(ref _head); // ORDERING: the exchange below decides.
        while (true)
        {
            handout.NextHandout = head;
            Handout? seen = Interlocked.CompareExchange(ref _head, handout, head); // ORDERING: release of the link and of what the giver wrote.
            if (ReferenceEquals(seen, head))
            {
                return;
            }

            head = seen;
        }
    }
}
