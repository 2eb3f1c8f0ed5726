using System;

namespace Kioto;

/// <summary>The tasks of a join set: their outcomes wait until they are taken, or are dropped at once.</summary>
internal class JoinSetGroup(int limit, bool discards) : TaskGroup(limit)
{
    // INVARIANT: pushed to by any thread, taken from under the group's lock.
    private EndedList _ended;

    private protected override ObjectDisposedException Closed() =>
        new("JoinSet", "The set was disposed: it takes no more tasks. Spawn before it is disposed, or make a new one.");

    private protected sealed override void OnEnded(GroupMember member)
    {
        if (discards)
        {
            Discard(member);
        }
        else if (_ended.Push(member))
        {
            WakeWaiter();
        }
    }

    private protected sealed override GroupMember? TakeEnded() => _ended.Take();
}
