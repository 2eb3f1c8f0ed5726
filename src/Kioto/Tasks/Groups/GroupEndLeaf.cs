using System;

namespace Kioto;

/// <summary>Waits until a group has no tasks left, and drops their outcomes; failures are reported.</summary>
/// <remarks>
/// Not a <see cref="LeafSource{T}"/>: cancelling it cancels the tasks and goes on waiting, also when the cancellation
/// came before its first poll; it is thrown when the wait is over. So nothing that belongs to the group outlives the
/// await.
/// </remarks>
internal sealed class GroupEndLeaf : ResultSource<Unit>
{
    private TaskGroup? _group;
    private bool _claimed;
    private bool _keepsCancellation;

    /// <summary>Waits until the group is empty.</summary>
    /// <param name="group">The group.</param>
    /// <param name="keepsCancellation">Whether a cancellation is left to the next await: the caller has something else to throw.</param>
    /// <returns>The future to await.</returns>
    internal static Future Await(TaskGroup group, bool keepsCancellation = false)
    {
        GroupEndLeaf leaf = SourcePool<GroupEndLeaf>.Rent(Ambient.Current);
        leaf._group = group;
        leaf._keepsCancellation = keepsCancellation;
        return new Future(leaf, leaf.Version);
    }

    internal override string Description => _group?.EndName ?? base.Description;

    internal override bool PollLeaf(Strand strand, Ambient ambient)
    {
        State = SourceState.Started;
        TaskGroup group = _group!;
        if (!_claimed && !TryClaim(group))
        {
            return true;
        }

        group.Register(new Waker(strand.Target));
        bool isEmpty;
        while (group.TryTake(out isEmpty) is { } member)
        {
            group.OnLetGo(member);
            member.Discard();
        }

        if (!isEmpty || !group.OnEmpty())
        {
            return false;
        }

        Release();
        State = SourceState.Done;
        if (!_keepsCancellation && strand.CancelPending)
        {
            strand.CancelPending = false;
            SetCancelled();
        }

        return true;
    }

    internal override bool CancelLeaf(Strand strand)
    {
        _group!.CancelWait();
        return false;
    }

    internal override void Describe(LeafDescription into)
    {
        TaskGroup group = _group!;
        group.Describe(group.EndName, group.NeededAtEnd, into);
    }

    internal override bool Start(uint token, Ambient ambient)
    {
        CheckFresh(token);
        Strand strand = ambient.Strand!;
        if (strand.CancelPending)
        {
            _group!.CancelWait(); // Thrown at the end.
        }

        if (ambient.Budget <= 0)
        {
            ambient.ForceYield();
            strand.RequestYield();
            return false;
        }

        if (PollLeaf(strand, ambient))
        {
            ambient.Budget--;
            return true;
        }

        return false;
    }

    internal override void Attach(FutureSource? awaiting, Strand strand) => strand.Suspend(this, awaiting);

    internal override void Resume(Ambient ambient) => throw new NotSupportedException();

    // No user code may run any more: the runtime kills the tasks too.
    internal override void Abandon() => Recycle(Ambient.Current);

    private protected override void Recycle(Ambient ambient)
    {
        Release();
        _group = null;
        ClearOutcome();
        SourcePool<GroupEndLeaf>.Return(ambient, this);
    }

    private bool TryClaim(TaskGroup group)
    {
        try
        {
            group.Claim();
            _claimed = true;
        }
        catch (InvalidOperationException exception)
        {
            Error = System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(exception);
            State = SourceState.Done;
        }

        return _claimed;
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
