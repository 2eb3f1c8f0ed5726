using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tool.Bench;

/// <summary>Spawn many tasks, join them all.</summary>
internal static class DotnetSpawns
{
    private static Task[] s_tasks = [];
    private static int s_left;

    public static async Task<Sample> SpawnMany(int ops)
    {
        s_left = ops;
        Task[] tasks = Tasks(ops);
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            tasks[i] = Task.Run(static async () => { Interlocked.Decrement(ref s_left); });
        }

        await JoinAll(tasks, ops);
        Sample sample = measurement.Stop(ops);
        return s_left == 0 ? sample : throw new BenchException($"{s_left} tasks did not run");
    }

    /// <summary>Spawns from this thread, which is none of the pool's.</summary>
    public static Sample Remote(int ops)
    {
        Task[] tasks = Tasks(ops);
        Thread.Sleep(Workload.Settle);
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            tasks[i] = Task.Run(static async () => { });
        }

        Task.WaitAll(tasks.AsSpan(0, ops));
        Sample sample = measurement.Stop(ops);
        Array.Clear(tasks, 0, ops);
        return sample;
    }

    /// <summary>Spawns from so many threads at once, none of them the pool's.</summary>
    public static Sample RemoteFrom(int threads, int ops)
    {
        Task[][] tasks = [.. Enumerable.Range(0, threads).Select(i => new Task[Workload.Share(ops, threads, i)])];
        return Workload.FromThreads(
            threads,
            ops,
            (thread, share) =>
            {
                Task[] mine = tasks[thread];
                for (int i = 0; i < share; i++)
                {
                    mine[i] = Task.Run(static async () => { });
                }
            },
            () =>
            {
                foreach (Task[] some in tasks)
                {
                    Task.WaitAll(some);
                }
            });
    }

    public static Sample RemoteUnder(int tasks, Func<BackgroundLoad, Task> body, int ops)
    {
        BackgroundLoad load = new(tasks);
        for (int i = 0; i < tasks; i++)
        {
            _ = Task.Run(() => body(load));
        }

        return Workload.WithLoad(load, () => Remote(ops));
    }

    /// <summary>On one thread with a synchronization context an async method that yields first is a spawned task.</summary>
    public static async Task<Sample> CurrentThread(int ops)
    {
        static async Task Empty() => await Task.Yield();

        Task[] tasks = Tasks(ops);
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            tasks[i] = Empty();
        }

        await JoinAll(tasks, ops);
        return measurement.Stop(ops);
    }

    public static async Task JoinAll(Task[] tasks, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await tasks[i];
            tasks[i] = null!;
        }
    }

    private static Task[] Tasks(int ops) => s_tasks.Length >= ops ? s_tasks : s_tasks = new Task[ops];
}
