using System;
using System.Collections.Generic;
using static Kioto.Tests.GroupBodies;

namespace Kioto.Tests;

/// <summary>Groups of tasks on a blocking pool that is full: who spawns is told and nothing is left behind; what a limit has queued waits for room.</summary>
public sealed class GroupFullPoolTests
{
    [Fact]
    public void A_scope_ends_though_a_closure_found_the_pool_full() => Run(async gate =>
    {
        await TaskScope.RunAsync(async scope =>
        {
            Assert.Throws<BlockingQueueFullException>(() => scope.SpawnBlocking(() => { }));
            Assert.Throws<BlockingQueueFullException>(() => scope.SpawnBlocking(() => 1));
            Assert.Equal(0, scope.Count);
            await Kio.YieldNow();
        });
    });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_set_is_empty_though_a_closure_found_the_pool_full(int limit) => Run(async gate =>
    {
        JoinSetOptions options = new() { Limit = limit == 0 ? null : limit };
        JoinSet<int> set = new(options);
        JoinSet unit = new(options);
        Assert.Throws<BlockingQueueFullException>(() => set.SpawnBlocking(() => 1));
        Assert.Throws<BlockingQueueFullException>(() => unit.SpawnBlocking(() => { }));
        Assert.Equal(0, set.Count + unit.Count);
        Assert.Null(await set.JoinNextAsync());
        set.Spawn(() => After(1, 5)); // The slot came back.
        Assert.Equal(5, (await set.JoinNextAsync())!.Value.Value);
        await set.ShutdownAsync();
        await unit.ShutdownAsync();
    });

    [Fact]
    public void A_queue_goes_on_behind_a_closure_that_found_the_pool_full() => Run(async gate =>
    {
        await using JoinQueue<int> queue = new();
        Assert.Throws<BlockingQueueFullException>(() => queue.SpawnBlocking(() => 1));
        queue.Spawn(() => After(1, 5));
        Assert.Equal(5, (await queue.JoinNextAsync())!.Value.Value);
        Assert.True(queue.IsEmpty);
    });

    [Fact]
    public void A_map_keeps_what_a_key_had_when_a_closure_finds_the_pool_full() => Run(async gate =>
    {
        await using JoinMap<string, int> map = new();
        Assert.Throws<BlockingQueueFullException>(() => map.SpawnBlocking("new", () => 1));
        Assert.False(map.ContainsKey("new"));
        map.Spawn("old", () => After(3, 5));
        Assert.Throws<BlockingQueueFullException>(() => map.SpawnBlocking("old", () => 1));
        KeyedJoinResult<string, int> joined = (await map.JoinNextAsync())!.Value;
        Assert.Equal(("old", 5), (joined.Key, joined.Result.Value));
        Assert.True(map.IsEmpty);
        await map.ShutdownAsync();
    });

    [Fact]
    public void A_tracker_does_not_count_a_closure_that_found_the_pool_full() => Run(async gate =>
    {
        TaskTracker tracker = new();
        Assert.Throws<BlockingQueueFullException>(() => tracker.SpawnBlocking(() => { }));
        Assert.Throws<BlockingQueueFullException>(() => tracker.SpawnBlocking(() => 1));
        Assert.Equal(0, tracker.Count);
        tracker.Close();
        await tracker.WaitAsync();
    });

    [Fact]
    public void One_after_another_on_a_pool_of_one_thread_without_a_queue() => Bounded.Run(() =>
    {
        using Runtime runtime = Build();
        runtime.RunTask(async () =>
        {
            await using JoinSet<int> set = new(1);
            for (int i = 0; i < 20; i++)
            {
                int number = i;
                set.SpawnBlocking(() => number);
            }

            List<int> results = [.. await set.JoinAllAsync()];
            results.Sort();
            Assert.Equal(20, results.Count);
            Assert.Equal(19, results[^1]);
        });
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_a_limit_has_queued_waits_for_room(bool scoped) => Run(async gate =>
    {
        Event ends = new();
        bool ran = false;
        if (scoped)
        {
            JoinHandle scope = Kio.Spawn(async () => await TaskScope.RunAsync(new TaskScopeOptions { Limit = 1 }, async scope =>
            {
                _ = scope.Spawn(async () => await ends.WaitAsync());
                _ = scope.SpawnBlocking(() => { ran = true; });
                await Kio.YieldNow();
            }));
            ends.Set(); // On its thread the closure's turn comes, while the pool is full.
            await Kio.YieldNow();
            gate.Open();
            await scope;
        }
        else
        {
            await using JoinSet set = new(1);
            AbortHandle first = set.Spawn(async () => await ends.WaitAsync());
            set.SpawnBlocking(() => { ran = true; });
            ends.Set();
            while (!first.IsFinished)
            {
                await Kio.YieldNow();
            }

            Assert.Equal(2, set.Count);
            gate.Open();
            await set.JoinAllAsync();
        }

        Assert.True(ran);
    });

    [Fact]
    public void What_waits_for_room_is_aborted_at_once() => Run(async gate =>
    {
        JoinSet set = new(1);
        AbortHandle first = set.Spawn(async () => await Kio.YieldNow());
        set.SpawnBlocking(() => Assert.Fail("It was aborted."));
        while (!first.IsFinished)
        {
            await Kio.YieldNow();
        }

        await set.ShutdownAsync(); // The gate is closed.
        await using JoinSet queued = new(1);
        queued.Spawn(Never);
        AbortHandle closure = queued.SpawnBlocking(() => Assert.Fail("It was aborted."));
        closure.Abort();
        Assert.True((await queued.JoinNextAsync())!.Value.IsAborted);
    });

    [Fact]
    public void What_is_let_go_waits_for_room_too() => Run(async gate =>
    {
        Event ran = new();
        JoinSet set = new(1);
        set.Spawn(Never);
        set.SpawnBlocking(ran.Set);
        set.DetachAll();
        gate.Open();
        await ran.WaitAsync();
    });

    [Fact]
    public void A_closure_spawned_into_a_cancelled_scope_needs_no_room() => Run(async gate =>
    {
        await using TaskScope scope = TaskScope.Open();
        scope.Cancel();
        JoinHandle<int> closure = scope.SpawnBlocking(() => 1);
        Assert.True((await closure.JoinAsync()).IsAborted);
    });

    [Fact]
    public void What_waits_for_room_is_aborted_by_the_runtimes_shutdown() => Bounded.Run(() =>
    {
        using Gate gate = new();
        JoinSet set = new(1);
        using (Runtime runtime = Build())
        {
            runtime.SpawnBlocking(gate.Pass);
            gate.Entered.Wait();
            runtime.RunTask(async () =>
            {
                AbortHandle first = set.Spawn(async () => await Kio.YieldNow());
                set.SpawnBlocking(() => Assert.Fail("There is no room."));
                while (!first.IsFinished)
                {
                    await Kio.YieldNow();
                }
            });
            runtime.ShutdownBackground();
        }

        JoinResult result = default;
        bool aborted = false;
        while (set.TryJoinNext(out result))
        {
            aborted |= result.IsAborted;
        }

        Assert.True(aborted);
        Assert.True(set.IsEmpty);
    });

    private static Runtime Build() =>
        Runtime.CreateBuilder().WorkerThreads(2).MaxBlockingThreads(1).MaxBlockingQueue(0).ForTests().Build();

    // A task on a runtime whose pool is full until the gate opens.
    private static void Run(Func<Gate, Future> body) => Bounded.Run(() =>
    {
        using Runtime runtime = Build();
        using Gate gate = new();
        JoinHandle running = runtime.SpawnBlocking(gate.Pass);
        gate.Entered.Wait();
        runtime.RunTask(() => body(gate));
        gate.Open();
        runtime.BlockOn(async () => await running);
    });
}
