using System;
using System.Collections.Generic;
using static Kioto.Tests.GroupBodies;

namespace Kioto.Tests;

/// <summary>Handles that can only stop a task.</summary>
public sealed class AbortHandleTests
{
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Stops_the_task_which_cleans_up(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Cleaning cleaning = new();
        JoinHandle<int> task = Kio.Spawn(cleaning.Run());
        AbortHandle handle = task.AbortHandle;
        await cleaning.Begun(1);
        Assert.False(handle.IsFinished);
        handle.Abort();
        Assert.True((await task.JoinAsync()).IsAborted);
        Assert.Equal(1, cleaning.Cleaned);
        Assert.True(handle.IsFinished);
        handle.Abort();
    });

    [Fact]
    public void Handles_of_one_task_are_equal_before_and_after_its_end() => Runtimes.Run(async () =>
    {
        JoinHandle task = Kio.Spawn(Never);
        JoinHandle other = Kio.Spawn(Never);
        AbortHandle before = task.AbortHandle;
        Assert.Equal(before, task.AbortHandle);
        Assert.NotEqual(before, other.AbortHandle);
        Assert.Equal(task.Id, before.Id);
        task.Abort();
        other.Abort();
        await task.JoinAsync();
        await other.JoinAsync();
        Assert.True(before == task.AbortHandle);
        Assert.True(before != other.AbortHandle);
        Assert.Equal(before.GetHashCode(), task.AbortHandle.GetHashCode());
        Assert.Equal(task.Id, before.Id);
    });

    [Fact]
    public void Asking_again_and_again_adds_nothing() => Runtimes.Run(async () =>
    {
        JoinHandle<int> task = Kio.Spawn(CleansUp(static () => { }));
        for (int i = 0; i < 100; i++)
        {
            _ = task.AbortHandle;
        }

        Assert.Equal(1, task.Cell.Join.WaiterCount);
        task.Abort();
        await task.JoinAsync();
    });

    [Fact]
    public void Keeps_no_result_alive() => Runtimes.Run(async () =>
    {
        (AbortHandle handle, WeakReference result) = await EndedTask();
        await Expect.Until(() =>
        {
            GC.Collect();
            return !result.IsAlive;
        });
        Assert.True(handle.IsFinished);
        Assert.NotEqual(default, handle.Id);
    });

    [Fact]
    public void Ids_are_unique_among_tasks_of_all_types() => Runtimes.Run(async () =>
    {
        HashSet<TaskId> ids = [];
        for (int i = 0; i < 10; i++)
        {
            JoinHandle one = Kio.Spawn(async () => await Kio.YieldNow());
            JoinHandle<int> two = Kio.Spawn(After(1, 1));
            JoinHandle<string> three = Kio.Spawn(static () => Future.FromResult(""));
            Assert.True(ids.Add(one.Id));
            Assert.True(ids.Add(two.Id));
            Assert.True(ids.Add(three.Id));
            await one;
            await two;
            await three;
        }
    });

    [Fact]
    public void A_default_value_says_what_it_is()
    {
        Assert.Throws<InvalidOperationException>(() => default(AbortHandle).Abort());
        Assert.Throws<InvalidOperationException>(() => default(AbortHandle).Id);
        Assert.Equal(default, default(AbortHandle));
    }

    private static async Future<(AbortHandle Handle, WeakReference Result)> EndedTask()
    {
        WeakReference? weak = null;
        JoinHandle<object> task = Kio.Spawn(async () =>
        {
            object result = new();
            weak = new WeakReference(result);
            await Kio.YieldNow();
            return result;
        });
        AbortHandle handle = task.AbortHandle;
        await task;
        return (handle, weak!);
    }
}
