namespace Kioto;

/// <summary>Tasks of a group, in the order in which they came. Intrusive; guarded by the group's lock.</summary>
/// <remarks>A mutable struct that is never copied: a field of <see cref="TaskGroup"/>.</remarks>
internal struct MemberList(MemberPlace place)
{
    private GroupMember? _newest;

    internal GroupMember? Oldest { get; private set; }

    internal int Count { get; private set; }

    internal void Add(GroupMember member)
    {
        member.Place = place;
        member.Older = _newest;
        if (_newest is { } newest)
        {
            newest.Newer = member;
        }
        else
        {
            Oldest = member;
        }

        _newest = member;
        Count++;
    }

    /// <summary>Takes a member out.</summary>
    /// <param name="member">The member.</param>
    /// <returns>False when it is not in this list.</returns>
    internal bool Remove(GroupMember member)
    {
        if (member.Place != place)
        {
            return false;
        }

        if (member.Newer is { } newer)
        {
            newer.Older = member.Older;
        }
        else
        {
            _newest = member.Older;
        }

        if (member.Older is { } older)
        {
            older.Newer = member.Newer;
        }
        else
        {
            Oldest = member.Newer;
        }

        member.Older = null;
        member.Newer = null;
        member.Place = MemberPlace.None;
        Count--;
        return true;
    }

    /// <summary>Copies the members.</summary>
    /// <param name="members">Where to.</param>
    internal readonly void CopyTo(System.Collections.Generic.List<GroupMember> members)
    {
        for (GroupMember? member = Oldest; member is not null; member = member.Newer)
        {
            members.Add(member);
        }
    }
}
