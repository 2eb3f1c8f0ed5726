using System;
using System.Linq;
using System.Threading.Tasks;

namespace Kioto.Tool.Bench;

/// <summary>Closures on the thread pool: .NET has no other pool, so blocking ones share it with all async code.</summary>
internal static class DotnetBlocking
{
    public static async Task<Sample> Closures(int tasks, int ops)
    {
        Measurement measurement = Measurement.Start();
        Task[] spawned = [.. Enumerable.Range(0, tasks).Select(i => Task.Run(() => Batches(Workload.Share(ops, tasks, i))))];
        await DotnetSpawns.JoinAll(spawned, tasks);
        return measurement.Stop(ops);
    }

    /// <summary>One task that joins each closure before it starts the next.</summary>
    public static async Task<Sample> OneByOne(int ops)
    {
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            await Task.Run(static () => { });
        }

        return measurement.Stop(ops);
    }

    private static async Task Batches(int ops)
    {
        Task[] batch = new Task[Workload.BlockingBatch];
        for (int done = 0; done < ops; done += batch.Length)
        {
            int count = Math.Min(batch.Length, ops - done);
            for (int i = 0; i < count; i++)
            {
                batch[i] = Task.Run(static () => { });
            }

            await DotnetSpawns.JoinAll(batch, count);
        }
    }
}
