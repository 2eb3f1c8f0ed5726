using System;
using System.Collections.Generic;
using System.Linq;
using static Kioto.Tests.GroupBodies;

namespace Kioto.Tests;

/// <summary>What tokio-util's task_join_map asks.</summary>
public sealed class JoinMapTests
{
    [Fact]
    public void A_cancelled_join_loses_nothing() => Runtimes.Run(RuntimeKind.CurrentThread, async () =>
    {
        await using JoinMap<int, int> map = new();
        Event go = new();
        map.Spawn(7, async () =>
        {
            await go.WaitAsync();
            return 1;
        });
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(1, (await Kio.SelectBiased(map.JoinNextAsync(), Kio.YieldNow().AsUnit())).Index);
        }

        go.Set();
        (int key, JoinResult<int> result) = (await map.JoinNextAsync())!.Value;
        Assert.Equal((7, 1), (key, result.Value));
        Assert.Null(await map.JoinNextAsync());
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Results_come_with_their_keys(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using JoinMap<int, int> map = new();
        for (int i = 0; i < 10; i++)
        {
            map.Spawn(i, After(10 - i, 10 * i));
            Assert.Equal(i + 1, map.Count);
        }

        Assert.Equal(Enumerable.Range(0, 10), map.Keys.Order());
        HashSet<int> seen = [];
        await foreach ((int key, JoinResult<int> result) in map)
        {
            Assert.Equal(10 * key, result.Value);
            Assert.False(map.ContainsKey(key));
            Assert.True(seen.Add(key));
        }

        Assert.Equal(10, seen.Count);
        Assert.True(map.IsEmpty);
        Assert.Null(await map.JoinNextAsync());
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void The_same_key_replaces_and_cancels(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Cleaning cleaning = new();
        await using JoinMap<string, int> map = new(StringComparer.OrdinalIgnoreCase);
        AbortHandle old = map.Spawn("a", cleaning.Run());
        await cleaning.Begun(1);
        map.Spawn("A", After(1, 2));
        Assert.Equal(1, map.Count);
        KeyedJoinResult<string, int> next = (await map.JoinNextAsync())!.Value;
        Assert.Equal("A", next.Key);
        Assert.Equal(2, next.Result.Value);
        Assert.Null(await map.JoinNextAsync());
        Assert.True(old.IsFinished);
        Assert.Equal(1, cleaning.Cleaned);
    });

    [Fact]
    public void A_replaced_result_that_was_there_already_is_not_returned() => Runtimes.Run(async () =>
    {
        await using JoinMap<int, int> map = new();
        AbortHandle first = map.Spawn(1, Future.FromResult(1));
        await Expect.Until(() => first.IsFinished);
        Event go = new();
        map.Spawn(1, async () =>
        {
            await go.WaitAsync();
            return 2;
        });
        Assert.False(map.TryJoinNext(out _));
        Assert.Equal(1, (await Kio.SelectBiased(map.JoinNextAsync(), Kio.YieldNow().AsUnit())).Index);
        go.Set();
        Assert.Equal(2, (await map.JoinNextAsync())!.Value.Result.Value);
        Assert.False(map.TryJoinNext(out _));
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Keys_are_aborted_one_by_one_or_by_a_predicate(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using JoinMap<int, int> map = new();
        for (int i = 0; i < 16; i++)
        {
            map.Spawn(i, i % 4 == 0 ? After(3, i) : CleansUp(static () => { }));
        }

        Assert.True(map.Abort(1));
        Assert.False(map.Abort(77));
        map.AbortMatching(static key => key % 4 is 1 or 2);
        map.AbortMatching(static key => key % 4 is 3);
        int aborted = 0;
        while (await map.JoinNextAsync() is { } next)
        {
            Assert.Equal(next.Key % 4 != 0, next.Result.IsAborted);
            aborted += next.Result.IsAborted ? 1 : 0;
        }

        Assert.Equal(12, aborted);
    });

    [Fact]
    public void Tasks_of_a_runtime_that_is_gone_end_as_aborted() => Bounded.Run(() =>
    {
        JoinMap<string, int> map = new();
        using (Runtime gone = Runtimes.Create(RuntimeKind.CurrentThread))
        {
            map.SpawnOn(gone.Handle, "key", After(1, 1));
        }

        Assert.True(map.TryJoinNext(out KeyedJoinResult<string, int> next));
        Assert.Equal("key", next.Key);
        Assert.True(next.Result.IsAborted);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Ending_it_waits_for_what_was_replaced_too(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Cleaning cleaning = new();
        JoinMap<int, int> map = new();
        map.Spawn(1, cleaning.Run());
        await cleaning.Begun(1);
        map.Spawn(1, cleaning.Run());
        map.SpawnBlocking(2, static () => 1);
        await cleaning.Begun(2);
        await map.DisposeAsync();
        Assert.Equal(2, cleaning.Cleaned);
        Assert.True(map.IsEmpty);
        Assert.Throws<ObjectDisposedException>(() => map.Spawn(1, After(1, 1)));
        Assert.True(map.IsEmpty);
    });

    [Fact]
    public void Detached_and_dropped_tasks_are_forgotten() => Runtimes.Run(async () =>
    {
        Event done = new();
        using JoinMap<int, int> map = new();
        map.Spawn(1, async () =>
        {
            await Kio.YieldNow();
            done.Set();
            return 1;
        });
        map.DetachAll();
        Assert.Null(await map.JoinNextAsync());
        await done.WaitAsync();
        Event cleaned = new();
        Cleaning cleaning = new();
        map.Spawn(1, cleaning.Run(cleaned.Set));
        await cleaning.Begun(1);
        map.Dispose();
        await cleaned.WaitAsync();
        Assert.True(map.IsEmpty);
    });
}
