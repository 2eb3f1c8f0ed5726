using System;
using System.Collections.Generic;
using static Kioto.Tests.GroupBodies;

namespace Kioto.Tests;

/// <summary>What tokio-util's task_join_queue asks.</summary>
public sealed class JoinQueueTests
{
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Results_come_in_the_order_of_the_spawns(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using JoinQueue<int> queue = new();
        List<TaskId> spawned = [];
        for (int i = 0; i < 50; i++)
        {
            spawned.Add(queue.Spawn(After((50 - i) % 7, i)).Id);
        }

        int next = 0;
        await foreach (JoinResult<int> result in queue)
        {
            Assert.Equal(next, result.Value);
            Assert.Equal(spawned[next++], result.Id);
        }

        Assert.Equal(50, next);
        Assert.Null(await queue.JoinNextAsync());
    });

    [Fact]
    public void A_cancelled_join_loses_nothing() => Runtimes.Run(RuntimeKind.CurrentThread, async () =>
    {
        await using JoinQueue<int> queue = new();
        Event go = new();
        queue.Spawn(async () =>
        {
            await go.WaitAsync();
            return 1;
        });
        queue.Spawn(After(0, 2));
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(1, (await Kio.SelectBiased(queue.JoinNextAsync(), Kio.YieldNow().AsUnit())).Index);
        }

        go.Set();
        Assert.Equal(1, (await queue.JoinNextAsync())!.Value.Value);
        Assert.Equal(2, (await queue.JoinNextAsync())!.Value.Value);
        Assert.Null(await queue.JoinNextAsync());
    });

    [Fact]
    public void TryJoinNext_takes_the_oldest_only() => Runtimes.Run(RuntimeKind.CurrentThread, async () =>
    {
        await using JoinQueue<int> queue = new();
        Event[] events = [new(), new(), new()];
        AbortHandle[] handles = new AbortHandle[3];
        for (int i = 0; i < 3; i++)
        {
            Event each = events[i];
            handles[i] = queue.Spawn(async () => await each.WaitAsync());
        }

        Assert.False(queue.TryJoinNext(out _));
        events[0].Set();
        await Expect.Until(() => handles[0].IsFinished);
        Assert.True(queue.TryJoinNext(out _));
        Assert.False(queue.TryJoinNext(out _));
        events[2].Set();
        await Expect.Until(() => handles[2].IsFinished);
        Assert.False(queue.TryJoinNext(out _));
        Assert.Equal(2, queue.Count);
        events[1].Set();
        await Expect.Until(() => handles[1].IsFinished);
        Assert.True(queue.TryJoinNext(out _));
        Assert.True(queue.TryJoinNext(out _));
        Assert.False(queue.TryJoinNext(out _));
        Assert.True(queue.IsEmpty);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Aborted_ones_keep_their_places(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using JoinQueue<int> queue = new();
        for (int i = 0; i < 16; i++)
        {
            AbortHandle handle = queue.Spawn(i % 2 == 0 ? After(3, i) : CleansUp(static () => { }));
            if (i % 2 != 0)
            {
                handle.Abort();
            }
        }

        for (int i = 0; i < 16; i++)
        {
            JoinResult<int> result = (await queue.JoinNextAsync())!.Value;
            Assert.Equal(i % 2 != 0, result.IsAborted);
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void JoinAll_gives_all_in_order_or_the_failure(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using JoinQueue<int> queue = new();
        for (int i = 0; i < 5; i++)
        {
            queue.Spawn(After(5 - i, i));
        }

        int[] all = await queue.JoinAllAsync();
        Assert.Equal([0, 1, 2, 3, 4], all);
        Cleaning cleaning = new();
        queue.Spawn(Fails("failed"));
        queue.Spawn(cleaning.Run());
        await cleaning.Begun(1);
        await Expect.Throws<NotSupportedException>(async () => await queue.JoinAllAsync());
        Assert.Equal(1, cleaning.Cleaned);
        Assert.True(queue.IsEmpty);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Shutdown_disposal_and_detaching_empty_it(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Cleaning cleaning = new();
        JoinQueue<int> queue = new();
        queue.Spawn(cleaning.Run());
        queue.SpawnBlocking(static () => 1);
        await cleaning.Begun(1);
        await queue.ShutdownAsync();
        Assert.Equal(1, cleaning.Cleaned);
        queue.Spawn(After(1, 1));
        queue.DetachAll();
        Assert.Null(await queue.JoinNextAsync());
        queue.Spawn(cleaning.Run());
        await cleaning.Begun(2);
        queue.Dispose();
        await Expect.Until(() => cleaning.Cleaned == 2);
        Assert.Throws<ObjectDisposedException>(() => queue.Spawn(After(1, 1)));
    });
}
