using System.Runtime.CompilerServices;

namespace Kioto;

/// <summary>Waits for the next task of a group to end, and takes its outcome; none when the group is empty.</summary>
/// <typeparam name="T">The type of the tasks' results.</typeparam>
internal sealed class GroupNextLeaf<T> : LeafSource<GroupOutcome<T>>
{
    private TaskGroup? _group;
    private bool _claimed;

    internal static Future<GroupOutcome<T>> Await(TaskGroup group)
    {
        GroupNextLeaf<T> leaf = SourcePool<GroupNextLeaf<T>>.Rent(Ambient.Current);
        leaf._group = group;
        return new Future<GroupOutcome<T>>(leaf, leaf.Version);
    }

    /// <summary>Takes the outcome of a member that is the caller's.</summary>
    /// <param name="member">The member.</param>
    /// <returns>How its task ended.</returns>
    internal static JoinResult<T> OutcomeOf(GroupMember member)
    {
        // SAFETY: all tasks of the group of a JoinSet<T> have results of type T.
        JoinResult<T> result = JoinResult<T>.Of(Unsafe.As<TaskCell<T>>(member.Task!), member);
        member.Forget();
        return result;
    }

    internal override string Description => _group is { } group ? $"{group.Name}.JoinNextAsync" : base.Description;

    // That others may spawn a task whose end would do is why no set's member is said to be needed.
    internal override void Describe(LeafDescription into)
    {
        TaskGroup group = _group!;
        group.Describe($"{group.Name}.JoinNextAsync", NeededEnds.Unknown, into);
        into.WaitFor(group.NextInOrder);
    }

    private protected override bool Poll(ref PollContext context)
    {
        TaskGroup group = _group!;
        if (!_claimed)
        {
            group.Claim();
            _claimed = true;
        }

        group.Register(context.Waker);
        GroupMember? member = group.TryTake(out bool isEmpty);
        if (member is null && !isEmpty)
        {
            return false;
        }

        Release();
        return Complete(member is null ? default : new GroupOutcome<T>(member, OutcomeOf(member)));
    }

    private protected override bool Withdraw()
    {
        Release();
        return true;
    }

    private protected override void Recycle(Ambient ambient)
    {
        Release();
        _group = null;
        ClearOutcome();
        SourcePool<GroupNextLeaf<T>>.Return(ambient, this);
    }

    private void Release()
    {
        if (_claimed)
        {
            _claimed = false;
            _group!.Unclaim();
        }
    }
}
