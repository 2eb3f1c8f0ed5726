namespace Kioto;

/// <summary>Gives a task to a group with a limit, and waits until it is started.</summary>
internal sealed class GroupSpawnLeaf : LeafSource<AbortHandle>
{
    private TaskGroup? _group;
    private AwaitedMember? _member;

    // Whether the group had the task: else its future was not used.
    private bool _wasIn;

    internal static Future<AbortHandle> Await(TaskGroup group, AwaitedMember member)
    {
        GroupSpawnLeaf leaf = SourcePool<GroupSpawnLeaf>.Rent(Ambient.Current);
        leaf._group = group;
        leaf._member = member;
        return new Future<AbortHandle>(leaf, leaf.Version);
    }

    internal override string Description => _group is { } group ? $"{group.Name}.SpawnAsync" : base.Description;

    internal override void Describe(LeafDescription into)
    {
        TaskGroup group = _group!;
        group.Describe($"{group.Name}.SpawnAsync", NeededEnds.One, into);
    }

    private protected override bool Poll(ref PollContext context)
    {
        TaskGroup group = _group!;
        AwaitedMember member = _member!;
        member.SetSpawner(context.Waker.Target);
        if (!_wasIn)
        {
            group.Spawn(member);
            _wasIn = true;
        }

        if (group.IsQueued(member))
        {
            return false;
        }

        member.SetSpawner(null);
        return Complete(new AbortHandle(member));
    }

    private protected override bool Withdraw()
    {
        AwaitedMember member = _member!;
        member.SetSpawner(null);
        if (_wasIn && _group!.TryWithdraw(member))
        {
            member.Task!.Drop();
        }

        return true;
    }

    private protected override void Recycle(Ambient ambient)
    {
        if (!_wasIn)
        {
            _member!.Task!.Drop();
        }

        _group = null;
        _member = null;
        _wasIn = false;
        ClearOutcome();
        SourcePool<GroupSpawnLeaf>.Return(ambient, this);
    }
}
