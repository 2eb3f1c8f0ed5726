using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using static Kioto.Tests.GroupBodies;

namespace Kioto.Tests;

/// <summary>What Tokio's task_join_set asks of a join set, and what comes on top.</summary>
public sealed class JoinSetTests
{
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Results_come_in_the_order_of_completion(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using JoinSet<int> set = new();
        Event[] events = [new(), new(), new()];
        for (int i = 0; i < 3; i++)
        {
            int index = i;
            set.Spawn(async () =>
            {
                await events[index].WaitAsync();
                return index;
            });
        }

        foreach (int next in (int[])[2, 0, 1])
        {
            events[next].Set();
            Assert.Equal(next, (await set.JoinNextAsync())!.Value.Value);
        }

        Assert.True(set.IsEmpty);
        Assert.Null(await set.JoinNextAsync());
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Spawning_and_joining_alternate(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using JoinSet set = new();
        Assert.Empty(await Collect(set));
        set.Spawn(async () => await Kio.YieldNow());
        set.Spawn(async () => await Kio.YieldNow());
        for (int i = 0; i < 16; i++)
        {
            Assert.Equal(2, set.Count);
            Assert.True((await set.JoinNextAsync())!.Value.IsCompletedSuccessfully);
            Assert.Equal(1, set.Count);
            set.Spawn(async () => await Kio.YieldNow());
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_failure_is_a_result(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using JoinSet<int> set = new();
        set.Spawn(Fails("one"));
        JoinResult<int> result = (await set.JoinNextAsync())!.Value;
        Assert.True(result.IsFaulted);
        Assert.IsType<NotSupportedException>(result.Exception);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Aborted_tasks_say_so_and_the_others_complete(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using JoinSet<int> set = new();
        for (int i = 0; i < 16; i++)
        {
            AbortHandle handle = i % 2 == 0 ? set.Spawn(After(i, i)) : set.Spawn(CleansUp(static () => { }));
            if (i % 2 != 0)
            {
                handle.Abort();
            }
        }

        List<JoinResult<int>> results = await Collect(set);
        Assert.Equal(8, results.Count(static result => result.IsAborted));
        Assert.Equal(56, results.Where(static result => !result.IsAborted).Sum(static result => result.Value));
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void AbortAll_leaves_the_results_to_be_joined(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using JoinSet<int> set = new();
        for (int i = 0; i < 5; i++)
        {
            set.Spawn(CleansUp(static () => { }));
            set.Spawn(Future.FromResult(1));
        }

        for (int i = 0; i < 5; i++)
        {
            await Kio.YieldNow();
        }

        set.AbortAll();
        Assert.Equal(10, set.Count);
        Assert.Equal(10, (await Collect(set)).Count);
        Assert.Equal(0, set.Count);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Detached_tasks_run_on_and_leave_nothing(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        using JoinSet set = new();
        Event go = new();
        Event done = new();
        set.Spawn(async () => await Kio.YieldNow());
        set.Spawn(async () =>
        {
            await go.WaitAsync();
            done.Set();
        });
        set.DetachAll();
        Assert.Equal(0, set.Count);
        Assert.Null(await set.JoinNextAsync());
        go.Set();
        await done.WaitAsync();
        set.Spawn(async () => await Kio.YieldNow());
        Assert.NotNull(await set.JoinNextAsync());
    });

    [Fact]
    public void Detaching_wakes_who_waits() => Runtimes.Run(async () =>
    {
        using JoinSet set = new();
        set.Spawn(Never);
        JoinHandle<JoinResult?> waiter = Kio.Spawn(set.JoinNextAsync());
        await After(5, 0);
        set.DetachAll();
        Assert.Null(await waiter);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Shutdown_waits_for_cleanup(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        JoinSet<int> set = new();
        Cleaning cleaning = new();
        for (int i = 0; i < 8; i++)
        {
            set.Spawn(cleaning.Run());
        }

        await cleaning.Begun(8);
        await set.ShutdownAsync();
        Assert.True(set.IsEmpty);
        Assert.Equal(8, cleaning.Cleaned);
        set.Spawn(cleaning.Run());
        await cleaning.Begun(9);
        await set.DisposeAsync();
        await set.DisposeAsync();
        Assert.Equal(9, cleaning.Cleaned);
        Assert.Throws<ObjectDisposedException>(() => set.Spawn(Future.FromResult(1)));
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Dispose_aborts_without_waiting(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Event cleaned = new();
        Cleaning cleaning = new();
        JoinSet<int> set = new();
        AbortHandle handle = set.Spawn(cleaning.Run(cleaned.Set));
        await cleaning.Begun(1);
        set.Dispose();
        Assert.Equal(0, set.Count);
        await cleaned.WaitAsync();
        await Expect.Until(() => handle.IsFinished);
    });

    [Fact]
    public void Cancelling_a_disposal_still_waits_for_cleanup() => Runtimes.Run(async () =>
    {
        Cleaning cleaning = new();
        Event begun = new();
        JoinHandle owner = Kio.Spawn(async () =>
        {
            await using JoinSet<int> set = new();
            set.Spawn(cleaning.Run());
            await cleaning.Begun(1);
            begun.Set();
        });
        await begun.WaitAsync();
        owner.Abort();
        await owner.JoinAsync();
        Assert.Equal(1, cleaning.Cleaned);
    });

    [Fact]
    public void A_cancellation_that_is_pending_does_not_skip_the_wait() => Runtimes.Run(async () =>
    {
        Cleaning cleaning = new();
        Event begun = new();
        TaskCompletionSource foreign = new();
        JoinHandle owner = Kio.Spawn(async () =>
        {
            await using JoinSet<int> set = new();
            set.Spawn(cleaning.Run());
            await cleaning.Begun(1);
            begun.Set();
#pragma warning disable KIO0006 // It is to end by itself.
            await foreign.Task;
#pragma warning restore KIO0006
        });
        await begun.WaitAsync();
        owner.Abort();
        await After(5, 0);
        foreign.SetResult();
        await owner.JoinAsync();
        Assert.Equal(1, cleaning.Cleaned);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void JoinAll_gives_all_results(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using JoinSet<int> set = new();
        for (int i = 0; i < 5; i++)
        {
            set.Spawn(After(i, 1));
        }

        int[] all = await set.JoinAllAsync();
        Assert.Equal([1, 1, 1, 1, 1], all);
        await using JoinSet empty = new();
        await empty.JoinAllAsync();
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void JoinAll_throws_the_first_failure_when_the_others_have_cleaned_up(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Cleaning cleaning = new();
        await using JoinSet<int> set = new();
        set.Spawn(cleaning.Run());
        set.Spawn(After(20, 1));
        await cleaning.Begun(1);
        set.Spawn(Fails("first"));
        NotSupportedException failure = await Expect.Throws<NotSupportedException>(async () => await set.JoinAllAsync());
        Assert.Equal("first", failure.Message);
        Assert.Equal(1, cleaning.Cleaned);
        Assert.True(set.IsEmpty);
        set.Spawn(CleansUp(static () => { })).Abort();
        await Expect.Throws<TaskAbortedException>(async () => await set.JoinAllAsync());
    });

    [Fact]
    public void Cancelling_JoinAll_aborts_the_tasks() => Runtimes.Run(async () =>
    {
        Cleaning cleaning = new();
        JoinSet<int> set = new();
        set.Spawn(cleaning.Run());
        bool joining = false;
        JoinHandle<int[]> all = Kio.Spawn(async () =>
        {
            Volatile.Write(ref joining, true);
            return await set.JoinAllAsync();
        });
        await cleaning.Begun(1);
        await Expect.Until(() => Volatile.Read(ref joining));
        all.Abort();
        Assert.True((await all.JoinAsync()).IsAborted);
        Assert.Equal(1, cleaning.Cleaned);
        Assert.True(set.IsEmpty);
    });

    [Fact]
    public void Tasks_of_a_runtime_that_is_gone_end_as_aborted() => Bounded.Run(() =>
    {
        JoinSet<int> set = new();
        using (Runtime gone = Runtimes.Create(RuntimeKind.CurrentThread))
        {
            set.SpawnOn(gone.Handle, async () =>
            {
                await Never();
                return 1;
            });
        }

        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        runtime.RunTask(async () =>
        {
            Assert.True((await set.JoinNextAsync())!.Value.IsAborted);
            await set.ShutdownAsync();
        });
    });

    [Fact]
    public void Spawning_on_a_runtime_that_is_gone_gives_an_aborted_result() => Bounded.Run(() =>
    {
        JoinSet set = new(1);
        RuntimeHandle gone;
        using (Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers))
        {
            gone = runtime.Handle;
        }

        for (int i = 0; i < 3; i++)
        {
            set.SpawnOn(gone, async () => await Kio.YieldNow());
        }

        for (int i = 0; i < 3; i++)
        {
            Assert.True(set.TryJoinNext(out JoinResult result));
            Assert.True(result.IsAborted);
        }

        Assert.False(set.TryJoinNext(out _));
    });

    [Fact]
    public void Joining_takes_part_in_the_budget() => Runtimes.Run(RuntimeKind.CurrentThread, async () =>
    {
        await using JoinSet set = new();
        int ended = 0;
        for (int i = 0; i < 1000; i++)
        {
            set.Spawn(async () =>
            {
                await Kio.YieldNow();
                ended++;
            });
        }

        await Expect.Until(() => ended == 1000);
        bool others = false;
        Kio.Detach(() =>
        {
            others = true;
            return Future.Completed;
        });
        for (int i = 0; i < 1000; i++)
        {
            await set.JoinNextAsync();
        }

        Assert.True(others);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void TryJoinNext_takes_what_has_ended_with_the_ids_of_the_spawns(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using JoinSet<int> set = new();
        Event go = new();
        HashSet<TaskId> spawned = [];
        for (int i = 0; i < 100; i++)
        {
            AbortHandle handle = set.Spawn(async () => await go.WaitAsync());
            if (i % 2 == 0)
            {
                spawned.Add(handle.Id);
            }
        }

        Assert.False(set.TryJoinNext(out _));
        go.Set();
        HashSet<TaskId> joined = [];
        while (!set.IsEmpty)
        {
            if (set.TryJoinNext(out JoinResult<int> result))
            {
                Assert.True(joined.Add(result.Id));
            }
            else
            {
                await Kio.YieldNow();
            }
        }

        Assert.Equal(100, joined.Count);
        Assert.Superset(spawned, joined);
    });

    [Fact]
    public void A_cancelled_join_loses_nothing() => Runtimes.Run(RuntimeKind.CurrentThread, async () =>
    {
        await using JoinSet<int> set = new();
        Event go = new();
        set.Spawn(async () => await go.WaitAsync());
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(1, (await Kio.SelectBiased(set.JoinNextAsync(), Kio.YieldNow().AsUnit())).Index);
        }

        go.Set();
        Assert.NotNull(await set.JoinNextAsync());
    });

    [Fact]
    public void A_second_waiter_is_told_so() => Runtimes.Run(async () =>
    {
        await using JoinSet set = new();
        set.Spawn(Never);
        await Expect.Throws<InvalidOperationException>(async () => await Kio.TryJoin(set.JoinNextAsync(), set.JoinNextAsync()));
        set.AbortAll();
        Assert.NotNull(await set.JoinNextAsync());
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Iterating_takes_all_while_more_are_spawned(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using JoinSet<int> set = new();
        set.Spawn(After(1, 5));
        List<int> seen = [];
        await foreach (JoinResult<int> result in set)
        {
            seen.Add(result.Value);
            if (result.Value > 0)
            {
                set.Spawn(After(1, result.Value - 1));
            }
        }

        Assert.Equal([5, 4, 3, 2, 1, 0], seen);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void All_kinds_of_bodies_are_tasks(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using JoinSet<int> set = new();
        set.Spawn(async Task<int> () =>
        {
            await Task.Yield();
            return 1;
        });
        set.SpawnBlocking(static () => 10);
        set.SpawnOn(RuntimeHandle.Current, After(1, 100));
        await set.SpawnAsync(async Future<int> () => await After(2, 1000));
        Assert.Equal(1111, (await set.JoinAllAsync()).Sum());
    });

    [Fact]
    public void Spawning_without_a_runtime_says_what_is_missing()
    {
        JoinSet set = new();
        Assert.Contains("JoinSet.Spawn", Assert.Throws<InvalidOperationException>(() => set.Spawn(Never)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => set.SpawnLocal(Never));
        Assert.Throws<ArgumentOutOfRangeException>(() => new JoinSet(0));
        Assert.Throws<ArgumentNullException>(() => new JoinSet<int>((JoinSetOptions)null!));
        Assert.True(set.IsEmpty);
    }

    [Fact]
    public void Failures_that_nobody_joins_are_reported() => Bounded.Run(() =>
    {
        List<string> reported = [];
        using Runtime runtime = Runtimes.Builder(RuntimeKind.CurrentThread)
            .OnUnhandledFailure(failure => reported.Add(failure.Message))
            .Build();
        runtime.RunTask(async () =>
        {
            JoinSet<int> set = new();
            AbortHandle ended = set.Spawn(Fails("ended"));
            await Expect.Until(() => ended.IsFinished);
            set.Spawn(Fails("running"));
            set.DetachAll();
            ended = set.Spawn(Fails("shut down"));
            await Expect.Until(() => ended.IsFinished);
            await set.ShutdownAsync();
        });
        Assert.Equal(["ended", "running", "shut down"], reported);
    });

    internal static async Future<List<JoinResult<int>>> Collect(JoinSet<int> set)
    {
        List<JoinResult<int>> results = [];
        while (await set.JoinNextAsync() is { } result)
        {
            results.Add(result);
        }

        return results;
    }

    private static async Future<List<JoinResult>> Collect(JoinSet set)
    {
        List<JoinResult> results = [];
        await foreach (JoinResult result in set)
        {
            results.Add(result);
        }

        return results;
    }
}
