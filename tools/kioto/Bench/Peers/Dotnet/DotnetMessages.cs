using System;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tool.Bench;

/// <summary>Yields, ping-pong, chains of spawns and nested calls.</summary>
internal static class DotnetMessages
{
    private static TaskCompletionSource s_done = NewSignal();
    private static int s_left;

    public static async Task<Sample> YieldMany(int ops)
    {
        int yields = Math.Max(1, ops / Workload.YieldTasks);
        Task[] tasks = new Task[Workload.YieldTasks];
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < tasks.Length; i++)
        {
            tasks[i] = Task.Run(() => Yields(yields));
        }

        await DotnetSpawns.JoinAll(tasks, tasks.Length);
        return measurement.Stop((long)tasks.Length * yields);
    }

    public static async Task<Sample> CurrentThreadYield(int ops)
    {
        int yields = Math.Max(1, ops / Workload.YieldTasks);
        Task[] tasks = new Task[Workload.YieldTasks];
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < tasks.Length; i++)
        {
            tasks[i] = Yields(yields);
        }

        await DotnetSpawns.JoinAll(tasks, tasks.Length);
        return measurement.Stop((long)tasks.Length * yields);
    }

    public static async Task<Sample> PingPong(int ops)
    {
        Measurement measurement = Measurement.Start();
        foreach (int pairs in Workload.Rounds(ops))
        {
            s_left = pairs;
            s_done = NewSignal();
            _ = Task.Run(() => Pairs(pairs));
            await s_done.Task;
        }

        return measurement.Stop(ops);
    }

    public static async Task<Sample> ChainedSpawn(int ops)
    {
        Measurement measurement = Measurement.Start();
        foreach (int links in Workload.Rounds(ops))
        {
            s_done = NewSignal();
            _ = Task.Run(() => Link(links));
            await s_done.Task;
        }

        return measurement.Stop(ops);
    }

    /// <summary>One operation is a call eight deep that yields once at the bottom.</summary>
    public static async Task<Sample> AwaitNested(int ops)
    {
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            await Nested1();
        }

        return measurement.Stop(ops);
    }

    /// <summary>Completing it must not run the other side on our stack.</summary>
    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static async Task Yields(int count)
    {
        for (int i = 0; i < count; i++)
        {
            await Task.Yield();
        }
    }

    private static async Task Pairs(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _ = Task.Run(static () => Pair());
        }
    }

    private static async Task Pair()
    {
        TaskCompletionSource ping = NewSignal();
        TaskCompletionSource pong = NewSignal();
        _ = Task.Run(async () =>
        {
            await ping.Task;
            pong.SetResult();
        });
        ping.SetResult();
        await pong.Task;
        if (Interlocked.Decrement(ref s_left) == 0)
        {
            s_done.SetResult();
        }
    }

    private static async Task Link(int left)
    {
        if (left == 1)
        {
            s_done.SetResult();
        }
        else
        {
            _ = Task.Run(() => Link(left - 1));
        }
    }

    private static async ValueTask Nested1() => await Nested2();

    private static async ValueTask Nested2() => await Nested3();

    private static async ValueTask Nested3() => await Nested4();

    private static async ValueTask Nested4() => await Nested5();

    private static async ValueTask Nested5() => await Nested6();

    private static async ValueTask Nested6() => await Nested7();

    private static async ValueTask Nested7() => await Nested8();

    private static async ValueTask Nested8() => await Task.Yield();
}
