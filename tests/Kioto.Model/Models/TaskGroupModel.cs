using System;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>Groups of tasks: ends, joins, aborts, detaching and disposal race; each outcome has one owner, no slot is lost.</summary>
internal static class TaskGroupModel
{
    /// <summary>Two tasks end while one joins.</summary>
    internal static void TwoEnd()
    {
        var group = new JoinSetGroup(TaskGroup.NoLimit, discards: false);
        ModelSpawned first = Spawn(group, new ModelSpawned());
        ModelSpawned second = Spawn(group, new ModelSpawned());
        Model.Spawn(first.End);
        Model.Spawn(second.End);
        Assert.Equal(2, JoinAll(group));
        Assert.Equal(0, group.Count);
    }

    /// <summary>A task fails while the group lets it go: reported once.</summary>
    internal static void DetachDuringEnd()
    {
        var group = new JoinSetGroup(TaskGroup.NoLimit, discards: false);
        ModelSpawned task = Spawn(group, new ModelSpawned { Fails = true });
        ModelHandle ender = Model.Spawn(task.End);
        group.DetachAll();
        ender.Join();
        Assert.Equal(1, task.Reports);
        Assert.Equal(0, JoinAll(group));
    }

    /// <summary>The same in a group that discards, whose emptiness somebody waits for.</summary>
    internal static void DiscardDuringDetach()
    {
        var group = new JoinSetGroup(TaskGroup.NoLimit, discards: true);
        ModelSpawned task = Spawn(group, new ModelSpawned { Fails = true });
        ModelSpawned other = Spawn(group, new ModelSpawned { Fails = true });
        ModelHandle ender = Model.Spawn(() =>
        {
            task.End();
            other.End();
        });
        ModelHandle detacher = Model.Spawn(group.DetachAll);
        Assert.Equal(0, JoinAll(group));
        ender.Join();
        detacher.Join();
        Assert.Equal(1, task.Reports);
        Assert.Equal(1, other.Reports);
    }

    /// <summary>The last task fails while somebody waits for the end of a group that discards: the failures are told by then.</summary>
    internal static void DiscardTheLast()
    {
        var group = new JoinSetGroup(TaskGroup.NoLimit, discards: true);
        ModelSpawned first = Spawn(group, new ModelSpawned { Fails = true });
        ModelSpawned second = Spawn(group, new ModelSpawned { Fails = true });
        Model.Spawn(first.End);
        Model.Spawn(second.End);
        Assert.Equal(0, JoinAll(group));
        Assert.Equal(1, first.Reports);
        Assert.Equal(1, second.Reports);
    }

    /// <summary>One slot is passed on while somebody else asks for it.</summary>
    internal static void SlotPassedOn()
    {
        var group = new JoinSetGroup(1, discards: false);
        ModelSpawned first = Spawn(group, new ModelSpawned());
        Spawn(group, new ModelSpawned { EndsAtOnce = true });
        Model.Spawn(first.End);
        ModelHandle spawner = Model.Spawn(() => Spawn(group, new ModelSpawned { EndsAtOnce = true }));
        int joined = JoinAll(group);
        spawner.Join();
        Assert.Equal(3, joined + JoinAll(group));
    }

    /// <summary>Two slots come back at the same time.</summary>
    internal static void TwoSlots()
    {
        var group = new JoinSetGroup(2, discards: false);
        ModelSpawned first = Spawn(group, new ModelSpawned());
        ModelSpawned second = Spawn(group, new ModelSpawned());
        ModelSpawned third = Spawn(group, new ModelSpawned());
        ModelSpawned fourth = Spawn(group, new ModelSpawned());
        ModelHandle one = Model.Spawn(first.End);
        ModelHandle two = Model.Spawn(second.End);
        one.Join();
        two.Join();
        Assert.True(third.IsStarted);
        Assert.True(fourth.IsStarted);
    }

    /// <summary>A task that waits for the slot is aborted while it gets it.</summary>
    internal static void AbortQueued()
    {
        var group = new JoinSetGroup(1, discards: false);
        ModelSpawned first = Spawn(group, new ModelSpawned());
        var second = new ModelSpawned();
        var member = new GroupMember(group, second);
        group.Spawn(member);
        Model.Spawn(first.End);
        Model.Spawn(member.Abort);
        Assert.Equal(2, JoinAll(group));
        Assert.True(second.WasAborted);
    }

    /// <summary>The group is cancelled while a task is spawned: it does not survive.</summary>
    internal static void CancelDuringSpawn()
    {
        var group = new JoinSetGroup(TaskGroup.NoLimit, discards: false);
        Model.Spawn(() => group.TryCancel());
        ModelSpawned task = Spawn(group, new ModelSpawned());
        Assert.Equal(1, JoinAll(group));
        Assert.True(task.WasAborted);
    }

    /// <summary>The group is disposed while a task is spawned: it ends, or was never started.</summary>
    internal static void DisposeDuringSpawn()
    {
        var group = new JoinSetGroup(TaskGroup.NoLimit, discards: false);
        ModelHandle disposer = Model.Spawn(() =>
        {
            group.TryClose();
            group.AbortAll();
            group.DetachAll();
        });
        var task = new ModelSpawned();
        bool spawned = true;
        try
        {
            Spawn(group, task);
        }
        catch (ObjectDisposedException)
        {
            spawned = false;
        }

        disposer.Join();
        Assert.Equal(spawned, task.IsStarted);
        Assert.Equal(spawned, task.IsEnded);
        Assert.Equal(0, group.Count);
    }

    /// <summary>A spawner waits for the slot; it is told, or takes its task back.</summary>
    internal static void SpawnerWaits()
    {
        var group = new JoinSetGroup(1, discards: false);
        ModelSpawned first = Spawn(group, new ModelSpawned());
        Model.Spawn(first.End);
        var thread = new ParkedThread();
        var member = new AwaitedMember(group, new ModelSpawned { EndsAtOnce = true });
        member.SetSpawner(thread);
        group.Spawn(member);
        bool gaveUp = false;
        while (group.IsQueued(member))
        {
            if (Model.Choose(2) == 1 && group.TryWithdraw(member))
            {
                gaveUp = true;
                break;
            }

            if (group.IsQueued(member))
            {
                thread.Sleep();
                member.SetSpawner(thread);
            }
        }

        Assert.Equal(gaveUp ? 1 : 2, JoinAll(group));
    }

    /// <summary>A task can't be started, while another one is spawned for the same slot and somebody waits for the end.</summary>
    internal static void SpawnRefused()
    {
        var group = new JoinSetGroup(1, discards: false);
        bool refused = false;
        ModelHandle one = Model.Spawn(() =>
        {
            try
            {
                Spawn(group, new ModelSpawned { Refuses = true });
            }
            catch (NotSupportedException)
            {
                refused = true;
            }
        });
        ModelHandle two = Model.Spawn(() => Spawn(group, new ModelSpawned { EndsAtOnce = true }));
        int joined = JoinAll(group);
        one.Join();
        two.Join();
        joined += JoinAll(group);
        Assert.Equal(refused ? 1 : 2, joined);
    }

    private static ModelSpawned Spawn(TaskGroup group, ModelSpawned task)
    {
        group.Spawn(new GroupMember(group, task));
        return task;
    }

    // As the leaves do it: register, then look.
    private static int JoinAll(TaskGroup group)
    {
        var thread = new ParkedThread();
        int joined = 0;
        group.Claim();
        while (true)
        {
            group.Register(new Waker(thread));
            if (group.TryTake(out bool isEmpty) is { } member)
            {
                Assert.True(((ModelSpawned)member.Task!).IsEnded);
                member.Forget();
                joined++;
            }
            else if (isEmpty)
            {
                group.Unclaim();
                return joined;
            }
            else
            {
                thread.Sleep();
            }
        }
    }
}
