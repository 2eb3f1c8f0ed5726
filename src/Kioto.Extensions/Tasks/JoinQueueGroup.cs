using System;

namespace Kioto;

/// <summary>The tasks of a join queue: the next outcome is that of the oldest.</summary>
internal sealed class JoinQueueGroup() : TaskGroup(NoLimit)
{
    internal override WakeTarget? NextInOrder => RunningOldest;

    private protected override ObjectDisposedException Closed() =>
        new("JoinQueue", "The queue was disposed: it takes no more tasks. Spawn before it is disposed, or make a new one.");

    private protected override void OnEnded(GroupMember member)
    {
        if (IsOldest(member))
        {
            WakeWaiter();
        }
    }

    private protected override GroupMember? TakeEnded() => Oldest is { State.IsEnded: true } oldest ? oldest : null;
}
