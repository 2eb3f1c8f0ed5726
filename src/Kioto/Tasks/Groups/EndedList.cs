using System.Threading;

namespace Kioto;

/// <summary>Tasks of a group that have ended: any thread pushes, the holder of the group's lock takes. First in, first out.</summary>
/// <remarks>
/// A mutable struct that is never copied: a field of a group. A stack that is taken as a whole and turned round, so there
/// is no pop of single nodes, no ABA, and no inconsistent moment. INVARIANT: a member is pushed at most once.
/// </remarks>
internal struct EndedList
{
    private GroupMember? _pushed;

    // INVARIANT: under the group's lock: taken and in the order of arrival, not yet handed out.
    private GroupMember? _taken;

    /// <summary>Adds a member; any thread.</summary>
    /// <param name="member">The member.</param>
    /// <returns>Whether nothing had been pushed since the last look: then the pusher wakes who waits. Otherwise an earlier one does.</returns>
    internal bool Push(GroupMember member)
    {
        GroupMember? head = Volatile.Read(ref _pushed); // ORDERING: a guess, confirmed by the compare-exchange.
        while (true)
        {
            member.Next = head;
            GroupMember? seen = Interlocked.CompareExchange(ref _pushed, member, head); // ORDERING: releases the link and the outcome; pairs with Take.
            if (ReferenceEquals(seen, head))
            {
                return head is null;
            }

            head = seen;
        }
    }

    /// <summary>Takes the member that ended first. Under the group's lock.</summary>
    /// <returns>The member, or null.</returns>
    internal GroupMember? Take()
    {
        GroupMember? member = _taken ?? TakeAll();
        if (member is not null)
        {
            _taken = member.Next;
            member.Next = null;
        }

        return member;
    }

    // Turned round: the oldest first.
    private GroupMember? TakeAll()
    {
        GroupMember? oldest = null;
        GroupMember? member = Interlocked.Exchange(ref _pushed, null); // ORDERING: acquires the links; pairs with Push.
        while (member is not null)
        {
            GroupMember? older = member.Next;
            member.Next = oldest;
            oldest = member;
            member = older;
        }

        return oldest;
    }
}
