using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>What a runtime does whose builder said <c>FlowExecutionContext(false)</c>.</summary>
public sealed class FlowSwitchTests
{
    private static readonly AsyncLocal<string?> s_local = new();

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Nothing_flows_into_tasks_or_across_suspensions(RuntimeKind kind) => Run(kind, async () =>
    {
        s_local.Value = "here";
        await AtOnce();
        Assert.Equal("callee", s_local.Value); // Until something suspends, one poll is like one synchronous method.
        await Kio.YieldNow();
        Assert.Null(s_local.Value);

        s_local.Value = "spawner";
        JoinHandle<string?> function = Kio.Spawn(async Future<string?> () =>
        {
            await Future.Completed;
            return s_local.Value;
        });
        JoinHandle<string?> value = Kio.Spawn(Read());
        JoinHandle<string?> blocking = Kio.SpawnBlocking<string?>(() => s_local.Value);
        Assert.Null(await function);
        Assert.Null(await value);
        Assert.Null(await blocking);
        Assert.Null(s_local.Value);

        static async Future AtOnce()
        {
            await Future.Completed;
            s_local.Value = "callee";
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void What_one_task_sets_no_other_task_of_the_worker_sees(RuntimeKind kind) => Run(kind, async () =>
    {
        List<JoinHandle> handles = [];
        for (int i = 0; i < 20; i++)
        {
            handles.Add(Kio.Spawn(async () =>
            {
                for (int round = 0; round < 20; round++)
                {
                    Assert.Null(s_local.Value);
                    s_local.Value = "mine";
                    await Nested();
                }
            }));
        }

        foreach (JoinHandle handle in handles)
        {
            await handle;
        }

        static async Future Nested()
        {
            Assert.Equal("mine", s_local.Value);
            await Kio.YieldNow();
        }
    });

    [Fact]
    public void A_spawn_from_outside_captures_nothing_and_BlockOn_keeps_the_threads_context() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(RuntimeKind.TwoWorkers).FlowExecutionContext(false).Build();
        s_local.Value = "thread";
        JoinHandle<string?> handle = runtime.Spawn(Read());
        Assert.Null(runtime.BlockOn(handle.AsFuture()));
        Assert.Equal("thread", s_local.Value);
        Assert.Equal("thread", runtime.BlockOn(First()));
        Assert.Equal("thread", s_local.Value);

        using Runtime flowing = Runtimes.Create(RuntimeKind.CurrentThread);
        Assert.Equal("thread", flowing.BlockOn(Read()));

        static async Future<string?> First()
        {
            string? first = s_local.Value;
            await Kio.YieldNow();
            return s_local.Value ?? first;
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Task_based_code_flows_its_own_context_as_ever(RuntimeKind kind) => Run(kind, async () =>
    {
        Assert.Equal("helper", await Helper());
        await Kio.YieldNow();
        Assert.Null(s_local.Value);
        Assert.Equal("helper", await Kio.Spawn(Helper));
        Assert.Null(await Kio.Spawn(Read()));

        static async Task<string?> Helper()
        {
            s_local.Value = "helper";
            await Task.Yield();
            await Kio.YieldNow();
            return s_local.Value;
        }
    });

    [Fact]
    public void Local_tasks_follow_the_runtime_that_drives_their_set() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(RuntimeKind.CurrentThread).FlowExecutionContext(false).Build();
        using LocalSet set = new();
        set.BlockOn(runtime, async () =>
        {
            s_local.Value = "spawner";
            JoinHandle<string?> handle = Kio.SpawnLocal(Read());
            Assert.Null(await handle);
            Assert.Null(s_local.Value);
        });
    });

    [Fact]
    public void A_TaskLocal_lasts_all_the_same() => Run(RuntimeKind.TwoWorkers, async () =>
    {
        TaskLocal<int> key = new();
        await key.Scope(1, async () =>
        {
            await Kio.YieldNow();
            Assert.Equal(1, key.Get());
        });
    });

    private static void Run(RuntimeKind kind, Func<Future> body) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(kind).FlowExecutionContext(false).Build();
        runtime.RunTask(body);
    });

    private static async Future<string?> Read()
    {
        string? first = s_local.Value;
        await Kio.YieldNow();
        return first ?? s_local.Value;
    }
}
