using System;
using System.Linq;
using System.Threading;

namespace Kioto.Tool.Bench;

/// <summary>Spawn many tasks, join them all.</summary>
internal static class KiotoSpawns
{
    private static JoinHandle[] s_handles = [];
    private static int s_left;

    public static async Future<Sample> SpawnMany(int ops)
    {
        s_left = ops;
        JoinHandle[] handles = Handles(ops);
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            handles[i] = Kio.Spawn(static async () => { Interlocked.Decrement(ref s_left); });
        }

        await JoinAll(handles, ops);
        Sample sample = measurement.Stop(ops);
        return s_left == 0 ? sample : throw new BenchException($"{s_left} tasks did not run");
    }

    public static async Future<Sample> SpawnManyEmpty(int ops)
    {
        JoinHandle[] handles = Handles(ops);
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            handles[i] = Kio.Spawn(static async () => { });
        }

        await JoinAll(handles, ops);
        return measurement.Stop(ops);
    }

    /// <summary>Spawns from this thread, which is no worker.</summary>
    public static Sample Remote(Runtime runtime, int ops)
    {
        JoinHandle[] handles = Handles(ops);
        Thread.Sleep(Workload.Settle);
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            handles[i] = runtime.Spawn(static async () => { });
        }

        runtime.BlockOn(JoinAll(handles, ops));
        return measurement.Stop(ops);
    }

    /// <summary>Spawns from so many threads at once, none of them a worker.</summary>
    public static Sample RemoteFrom(Runtime runtime, int threads, int ops)
    {
        JoinHandle[][] handles = [.. Enumerable.Range(0, threads).Select(i => new JoinHandle[Workload.Share(ops, threads, i)])];
        return Workload.FromThreads(
            threads,
            ops,
            (thread, share) =>
            {
                JoinHandle[] mine = handles[thread];
                for (int i = 0; i < share; i++)
                {
                    mine[i] = runtime.Spawn(static async () => { });
                }
            },
            () =>
            {
                foreach (JoinHandle[] some in handles)
                {
                    runtime.BlockOn(JoinAll(some, some.Length));
                }
            });
    }

    public static Sample RemoteUnder(Runtime runtime, int tasks, Func<BackgroundLoad, Future> body, int ops)
    {
        BackgroundLoad load = new(tasks);
        for (int i = 0; i < tasks; i++)
        {
            runtime.Spawn(body(load));
        }

        return Workload.WithLoad(load, () => Remote(runtime, ops));
    }

    public static async Future JoinAll(JoinHandle[] handles, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await handles[i];
            handles[i] = default;
        }
    }

    /// <summary>Preallocated, as on the other side: an array of handles is no cost of spawning.</summary>
    private static JoinHandle[] Handles(int ops) => s_handles.Length >= ops ? s_handles : s_handles = new JoinHandle[ops];
}
