using System;
using System.Collections.Generic;
using System.Threading;
using static Kioto.Tests.GroupBodies;

namespace Kioto.Tests;

/// <summary>Join sets with a limit, and join sets that discard results.</summary>
public sealed class JoinSetLimitTests
{
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void No_more_than_the_limit_run_at_once(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        int running = 0;
        int most = 0;
        await using JoinSet<int> set = new(3);
        for (int i = 0; i < 100; i++)
        {
            set.Spawn(async () =>
            {
                int now = Interlocked.Increment(ref running);
                InterlockedMax(ref most, now);
                await Kio.YieldNow();
                Interlocked.Decrement(ref running);
                return 1;
            });
        }

        Assert.Equal(100, set.Count);
        Assert.Equal(100, (await set.JoinAllAsync()).Length);
        Assert.InRange(most, 1, 3);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Queued_tasks_start_in_the_order_of_arrival(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        List<int> started = [];
        await using JoinSet set = new(1);
        for (int i = 0; i < 20; i++)
        {
            int number = i;
            Future Body()
            {
                started.Add(number);
                return Kio.YieldNow();
            }

            if (i % 3 == 0)
            {
                await set.SpawnAsync(Body);
            }
            else
            {
                set.Spawn(Body);
            }
        }

        await set.JoinAllAsync();
        Assert.Equal(20, started.Count);
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(i, started[i]);
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void SpawnAsync_waits_for_a_slot(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using JoinSet<int> set = new(2);
        Event first = new();
        set.Spawn(async () => await first.WaitAsync());
        await set.SpawnAsync(CleansUp(static () => { }));
        JoinHandle<AbortHandle> third = Kio.Spawn(set.SpawnAsync(After(0, 7)));
        await After(5, 0);
        Assert.False(third.IsFinished);
        first.Set();
        AbortHandle handle = await third;
        await Expect.Until(() => handle.IsFinished);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_cancelled_SpawnAsync_spawns_nothing(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        bool ran = false;
        await using JoinSet set = new(1);
        Event go = new();
        set.Spawn(async () => await go.WaitAsync());
        JoinHandle<AbortHandle> waiting = Kio.Spawn(set.SpawnAsync(() =>
        {
            ran = true;
            return Future.Completed;
        }));
        await Expect.Until(() => set.Count == 2);
        waiting.Abort();
        Assert.True((await waiting.JoinAsync()).IsAborted);
        Assert.Equal(1, set.Count);
        go.Set();
        await set.JoinAllAsync();
        Assert.False(ran);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void An_aborted_queued_task_ends_at_once(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        bool ran = false;
        await using JoinSet set = new(1);
        set.Spawn(Never);
        AbortHandle queued = set.Spawn(() =>
        {
            ran = true;
            return Future.Completed;
        });
        queued.Abort();
        JoinResult result = (await set.JoinNextAsync())!.Value;
        Assert.True(result.IsAborted);
        Assert.Equal(queued.Id, result.Id);
        set.Spawn(Future.Completed);
        set.AbortAll();
        Assert.True((await set.JoinNextAsync())!.Value.IsAborted);
        Assert.True((await set.JoinNextAsync())!.Value.IsAborted);
        Assert.Null(await set.JoinNextAsync());
        Assert.False(ran);

        // The slots are all back.
        set.Spawn(static async () => await Kio.YieldNow());
        await set.JoinAllAsync();
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Detaching_starts_what_is_queued(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        int ran = 0;
        Event all = new();
        using JoinSet set = new(1);
        for (int i = 0; i < 5; i++)
        {
            set.Spawn(async () =>
            {
                await Kio.YieldNow();
                if (Interlocked.Increment(ref ran) == 5)
                {
                    all.Set();
                }
            });
        }

        set.DetachAll();
        await all.WaitAsync();
    });

    [Fact]
    public void A_long_queue_of_a_runtime_that_ends_does_not_overflow_the_stack() => Bounded.Run(() =>
    {
        JoinSet set = new(1);
        using (Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker))
        {
            for (int i = 0; i < 100_000; i++)
            {
                set.SpawnOn(runtime.Handle, Never);
            }
        }

        for (int i = 0; i < 100_000; i++)
        {
            Assert.True(set.TryJoinNext(out JoinResult result));
            Assert.True(result.IsAborted);
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_discarding_set_keeps_nothing(RuntimeKind kind) => Bounded.Run(() =>
    {
        int failures = 0;
        using Runtime runtime = Runtimes.Builder(kind).OnUnhandledFailure(_ => Interlocked.Increment(ref failures)).Build();
        runtime.RunTask(async () =>
        {
            await using JoinSet<object> set = new(new JoinSetOptions { DiscardResults = true, Limit = 4 });
            WeakReference result = await SpawnOne(set);
            for (int i = 0; i < 100; i++)
            {
                await set.SpawnAsync(async Future<object> () =>
                {
                    await Kio.YieldNow();
                    throw new NotSupportedException();
                });
                Assert.InRange(set.Count, 0, 4); // It may have ended already.
            }

            Assert.Null(await set.JoinNextAsync());
            Assert.Equal(0, set.Count);
            Assert.Empty(await set.JoinAllAsync());
            Assert.Equal(100, failures);
            await Expect.Until(() =>
            {
                GC.Collect();
                return !result.IsAlive;
            });
        });
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_discarding_set_is_not_empty_before_a_failure_is_told(RuntimeKind kind) => Bounded.Run(() =>
    {
        JoinSet<object>? set = null;
        int seen = -1;
        using Runtime runtime = Runtimes.Builder(kind).OnUnhandledFailure(_ => seen = set!.Count).Build();
        runtime.RunTask(async () =>
        {
            set = new(new JoinSetOptions { DiscardResults = true });
            set.Spawn(async Future<object> () =>
            {
                await Kio.YieldNow();
                throw new NotSupportedException();
            });
            Assert.Null(await set.JoinNextAsync());
            Assert.Equal(1, seen);
            Assert.Equal(0, set.Count);
            await set.DisposeAsync();
        });
    });

    private static async Future<WeakReference> SpawnOne(JoinSet<object> set)
    {
        WeakReference? weak = null;
        set.Spawn(async () =>
        {
            object result = new();
            weak = new WeakReference(result);
            await Kio.YieldNow();
            return result;
        });
        await set.JoinNextAsync();
        return weak!;
    }

    private static void InterlockedMax(ref int most, int value)
    {
        int seen = Volatile.Read(ref most);
        while (seen < value)
        {
            seen = Interlocked.CompareExchange(ref most, value, seen);
        }
    }
}
