namespace Kioto;

/// <summary>A task of a group: the one object that belonging to a group costs, and what its abort handles refer to.</summary>
internal class GroupMember : AbortTarget
{
    internal MemberState State;

    /// <summary>INVARIANT: the link of the list of ended tasks; written by the ending thread, then the taker's.</summary>
    internal GroupMember? Next;

    // INVARIANT: guarded by the group's lock, from here on.
    internal GroupMember? Older;
    internal GroupMember? Newer;
    internal MemberPlace Place;

    /// <summary>In a join map, whether it has left. INVARIANT: guarded by the lock on the keys. Here, where it costs no bytes.</summary>
    internal bool IsOut;

    private readonly TaskGroup _group;

    internal GroupMember(TaskGroup group, ISpawned task)
        : base(task)
    {
        _group = group;
        if (group.IsBackground)
        {
            task.SetBackground();
        }

        if (group.Failures is { } policy)
        {
            task.SetFailures(policy);
        }
    }

    /// <summary>The task has ended. Once: by its end, with which this is registered.</summary>
    internal sealed override void Wake() => _group.End(this);

    internal sealed override void Abort()
    {
        base.Abort();
        _group.StartIfQueued(this);
    }

    /// <summary>It has been given a slot; the start follows. The group's lock is not held.</summary>
    internal virtual void OnStarting()
    {
    }

    /// <summary>Reports the failure, if there is one, and lets go of the task. Precondition: it has ended, and is the caller's.</summary>
    internal void Discard()
    {
        if (Task is { WasAborted: false, Error: { } error } task)
        {
            task.Report(error.SourceException);
        }

        Forget();
    }
}
