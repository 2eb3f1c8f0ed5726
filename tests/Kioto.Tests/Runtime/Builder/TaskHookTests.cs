using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Kioto.Tests;

public sealed class TaskHookTests
{
    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Each_spawn_and_each_end_is_told_once_with_the_id(RuntimeKind kind) => Bounded.Run(() =>
    {
        ConcurrentQueue<TaskId> spawned = new();
        ConcurrentQueue<TaskId> ended = new();
        HashSet<TaskId> ids = [];
        using (Runtime runtime = Runtimes.Builder(kind)
            .OnTaskSpawn(task => spawned.Enqueue(task.Id))
            .OnTaskTerminate(task => ended.Enqueue(task.Id))
            .Build())
        {
            runtime.BlockOn(async () =>
            {
                // Results of many types: one counter numbers them all.
                ids.Add(runtime.Spawn(async () => await Kio.YieldNow()).Id);
                ids.Add(runtime.Spawn(async () => 1).Id);
                ids.Add(runtime.Spawn(async () => "").Id);
                ids.Add(Kio.Spawn(Future.FromResult(2L)).Id);
                ids.Add(Kio.Spawn(async System.Threading.Tasks.Task () => { }).Id);
                JoinHandle failing = Kio.Spawn(async Future () => throw new FormatException());
                ids.Add(failing.Id);
                JoinHandle aborted = Kio.Spawn(async () => await Kio.Sleep(Timeout.InfiniteTimeSpan));
                ids.Add(aborted.Id);
                aborted.Abort();
                await aborted.JoinAsync();
                Assert.Contains(aborted.Id, ended); // Before who waits is woken.
                await failing.JoinAsync();
                ids.Add(Kio.Spawn(async () => await Kio.Sleep(Timeout.InfiniteTimeSpan)).Id); // Aborted by the end.
                await Kio.SpawnBlocking(() => { }); // No task.
            });
        }

        Assert.Equal(8, ids.Count);
        Assert.Equal(ids.OrderBy(id => id.ToString()), spawned.OrderBy(id => id.ToString()));
        Assert.Equal(ids.OrderBy(id => id.ToString()), ended.OrderBy(id => id.ToString()));
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Each_hook_is_told_where_the_task_was_spawned(RuntimeKind kind) => Bounded.Run(() =>
    {
        ConcurrentDictionary<string, SpawnSite> told = new();
        SpawnSite site = default;
        using (Runtime runtime = Runtimes.Builder(kind)
            .OnTaskSpawn(task => told.TryAdd("spawn", task.SpawnSite))
            .OnBeforeTaskPoll(task => told.TryAdd("before", task.SpawnSite))
            .OnAfterTaskPoll(task => told.TryAdd("after", task.SpawnSite))
            .OnTaskTerminate(task => told.TryAdd("end", task.SpawnSite))
            .Build())
        {
            runtime.BlockOn(async () =>
            {
                JoinHandle task = Kio.Spawn(async () => await Kio.YieldNow());
                site = task.Site;
                await task;
            });
        }

        Assert.Equal(["after", "before", "end", "spawn"], told.Keys.Order());
        Assert.All(told.Values, found => Assert.Equal(site, found));
        Assert.Equal("TaskHookTests.cs", System.IO.Path.GetFileName(site.File));
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_refused_task_is_told_too(RuntimeKind kind) => Bounded.Run(() =>
    {
        int spawned = 0;
        int ended = 0;
        Runtime runtime = Runtimes.Builder(kind)
            .OnTaskSpawn(task => spawned += task.WorkerIndex is null ? 1 : 100) // On this thread, which is no worker.
            .OnTaskTerminate(_ => ended++)
            .Build();
        runtime.Dispose();
        Assert.True(runtime.Spawn(async () => 1).IsFinished);
        Assert.Equal((1, 1), (spawned, ended));
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Each_poll_is_between_two_calls_on_one_thread(RuntimeKind kind) => Bounded.Run(() =>
    {
        ConcurrentDictionary<string, int> before = new();
        ConcurrentDictionary<string, int> after = new();
        using ThreadLocal<string?> polled = new();
        bool odd = false;
        TaskId id = default;
        using (Runtime runtime = Runtimes.Builder(kind)
            .OnBeforeTaskPoll(task =>
            {
                odd |= polled.Value is not null || task.WorkerIndex is null || task.WorkerIndex != RuntimeHandle.CurrentWorkerIndex;
                polled.Value = task.Id.ToString();
                before.AddOrUpdate(task.Id.ToString(), 1, static (_, count) => count + 1);
            })
            .OnAfterTaskPoll(task =>
            {
                odd |= polled.Value != task.Id.ToString() || task.WorkerIndex is null;
                polled.Value = null;
                after.AddOrUpdate(task.Id.ToString(), 1, static (_, count) => count + 1);
            })
            .Build())
        {
            runtime.BlockOn(async () =>
            {
                JoinHandle yielding = Kio.Spawn(async () =>
                {
                    for (int i = 0; i < 9; i++)
                    {
                        await Kio.YieldNow();
                    }
                });
                id = yielding.Id;
                await yielding;
                await Kio.Spawn(async () => await Kio.Spawn(async () => 1));
            });
        }

        Assert.False(odd);
        Assert.Equal(10, before[id.ToString()]);
        Assert.Equal(before.OrderBy(pair => pair.Key), after.OrderBy(pair => pair.Key));
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_hook_is_no_part_of_the_task_and_may_spawn(RuntimeKind kind) => Bounded.Run(() =>
    {
        TaskLocal<int> local = new();
        int seen = 0;
        Event done = new();
        using Runtime runtime = Runtimes.Builder(kind)
            .OnTaskSpawn(_ => seen += local.TryGet(out int value) ? value : 0)
            .OnTaskTerminate(_ =>
            {
                if (!done.IsSet)
                {
                    done.Set();
                    Kio.Detach(async () => await Kio.YieldNow());
                }
            })
            .Build();
        runtime.RunTask(async () =>
        {
            await local.Scope(5, async () => await Kio.Spawn(async () => 1));
            await done.WaitAsync();
        });
        Assert.Equal(0, seen);
    });

    [Fact]
    public void Tasks_of_a_local_set_are_the_sets_own() => Bounded.Run(() =>
    {
        int calls = 0;
        using Runtime runtime = Runtime.CreateCurrentThreadBuilder()
            .OnTaskSpawn(_ => calls++).OnTaskTerminate(_ => calls++).OnBeforeTaskPoll(_ => calls++).Build();
        using LocalSet set = new();
        set.BlockOn(runtime, async () => await Kio.SpawnLocal(async () => await Kio.YieldNow()));
        Assert.Equal(0, calls);
    });
}
