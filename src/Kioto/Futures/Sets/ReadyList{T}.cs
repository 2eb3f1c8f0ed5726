using System.Threading;

namespace Kioto;

/// <summary>The children of a set that were woken: many push, one takes all. Intrusive, lock-free, first in, first out.</summary>
/// <remarks>
/// A stack to which wakers push, and which the consumer takes as a whole and turns round: with no pop of single nodes
/// there is no ABA, and no moment at which the list is inconsistent. INVARIANT: a child is linked at most once (QUEUED
/// of its <see cref="SetChildState"/>), so its link belongs to who pushes it and, once taken, to the consumer.
/// </remarks>
/// <typeparam name="T">The type of the children's results.</typeparam>
internal sealed class ReadyList<T>
{
    private FutureSetChild<T>? _pushed;

    // INVARIANT: the consumer's own: taken and in the order of arrival, not yet handed out.
    private FutureSetChild<T>? _taken;

    /// <summary>Adds a child; any thread.</summary>
    /// <param name="child">A child whose transition said Push.</param>
    /// <returns>Whether the list was empty: then the pusher wakes the consumer. Otherwise an earlier pusher does, or has.</returns>
    internal bool Push(FutureSetChild<T> child)
    {
        FutureSetChild<T>? head = Volatile.Read(ref _pushed); // ORDERING: a guess, confirmed by the compare-exchange.
        while (true)
        {
            child.Next = head;
            FutureSetChild<T>? seen = Interlocked.CompareExchange(ref _pushed, child, head); // ORDERING: releases the link; pairs with Take.
            if (ReferenceEquals(seen, head))
            {
                return head is null;
            }

            head = seen;
        }
    }

    /// <summary>Takes the child that has waited longest. The consumer only.</summary>
    /// <returns>The child, or null when nobody was woken.</returns>
    internal FutureSetChild<T>? Take()
    {
        FutureSetChild<T>? child = _taken;
        if (child is null)
        {
            child = TakeAll();
            if (child is null)
            {
                return null;
            }
        }

        _taken = child.Next;
        child.Next = null;
        return child;
    }

    // Turned round: the oldest first.
    private FutureSetChild<T>? TakeAll()
    {
        FutureSetChild<T>? oldest = null;
        FutureSetChild<T>? child = Interlocked.Exchange(ref _pushed, null); // ORDERING: acquires the links; pairs with Push.
        while (child is not null)
        {
            FutureSetChild<T>? older = child.Next;
            child.Next = oldest;
            oldest = child;
            child = older;
        }

        return oldest;
    }
}
