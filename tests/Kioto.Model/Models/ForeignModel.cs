using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>Leaves that wait for what isn't ours: the flag and the target, pools, and a target that changes.</summary>
internal static class ForeignModel
{
    /// <summary>A task awaits two awaitables in a row, the second with the pooled leaf of the first.</summary>
    internal static void LeafIsReused()
    {
        SourcePool<ForeignLeaf>.Clear();
        var queue = new TaskQueue();
        int completed = 0;
        var task = new ForeignAwaits(2, leaf => Model.Spawn(() =>
        {
            Interlocked.Increment(ref completed);
            leaf.Continuation();
        }));
        queue.Spawn(task);
        while (!task.Ended)
        {
            queue.RunOrPark();
        }

        Assert.Equal(2, completed);
    }

    /// <summary>The waker changes while the awaitable completes: the last one is woken, or the poll finds the completion.</summary>
    internal static void TargetChanges()
    {
        SourcePool<ForeignLeaf>.Clear();
        var strand = new ForeignAwaits(0, _ => { }) { Scheduler = new TaskQueue() };
        var thread = new ParkedThread();
        ForeignLeaf leaf = ForeignLeaf.Suspend(null!, strand, Ambient.Current);
        Model.Spawn(leaf.Continuation);
        while (!leaf.Poll(thread))
        {
            thread.Sleep();
        }
    }

    /// <summary>A task completes while a leaf registers with it.</summary>
    internal static void TaskCompletes()
    {
        SourcePool<TaskLeaf<int>>.Clear();
        var task = new Task<int>();
        Model.Spawn(task.SetCompleted);
        Await(task, new ParkedThread());
    }

    /// <summary>The waker of a leaf changes while its task completes.</summary>
    internal static void TargetOfTaskChanges()
    {
        SourcePool<TaskLeaf<int>>.Clear();
        var task = new Task<int>();
        Future<int> future = TaskLeaf<int>.Await(task, detach: false);
        var leaf = (TaskLeaf<int>)future.Source!;
        Model.Spawn(task.SetCompleted);
        PollContext first = new(new ParkedThread());
        if (!leaf.PollLeaf(ref first))
        {
            PollToEnd(leaf, new ParkedThread());
        }
    }

    /// <summary>The leaf of a completed task serves another one while the first completer is still at work.</summary>
    internal static void TaskLeafIsReused()
    {
        SourcePool<TaskLeaf<int>>.Clear();
        var thread = new ParkedThread();
        for (int i = 0; i < 2; i++)
        {
            var task = new Task<int>();
            Model.Spawn(task.SetCompleted);
            Await(task, thread);
        }
    }

    /// <summary>A detached leaf is dropped while its task completes, and another one is rented.</summary>
    internal static void TaskLeafIsAbandoned()
    {
        SourcePool<TaskLeaf<int>>.Clear();
        var dropped = new Task<int>();
        Model.Spawn(dropped.SetCompleted);
        var leaf = (TaskLeaf<int>)TaskLeaf<int>.Await(dropped, detach: true).Source!;
        PollContext context = new(new ParkedThread());
        leaf.PollLeaf(ref context);
        leaf.Abandon();
        var task = new Task<int>();
        Model.Spawn(task.SetCompleted);
        Await(task, new ParkedThread());
    }

    /// <summary>A task completes while a leaf that was withdrawn leaves its continuation to another one.</summary>
    internal static void TaskWakeIsTakenOver()
    {
        SourcePool<TaskLeaf<int>>.Clear();
        var task = new Task<int>();
        var first = (TaskLeaf<int>)TaskLeaf<int>.Await(task, detach: true).Source!;
        PollContext context = new(new ParkedThread());
        Assert.False(first.PollLeaf(ref context));
        Model.Spawn(task.SetCompleted);
        first.Abandon();
        Await(task, new ParkedThread());
    }

    private static void Await(Task<int> task, ParkedThread thread)
    {
        Future<int> future = TaskLeaf<int>.Await(task, detach: false);
        var leaf = (TaskLeaf<int>)future.Source!;
        PollToEnd(leaf, thread);
        Assert.Equal(0, leaf.GetResult(future.Token));
    }

    private static void PollToEnd(TaskLeaf<int> leaf, ParkedThread thread)
    {
        PollContext context = new(thread);
        while (!leaf.PollLeaf(ref context))
        {
            thread.Sleep();
        }
    }
}
