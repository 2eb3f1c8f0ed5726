using System;
using System.Linq;

namespace Kioto.Tool.Bench;

/// <summary>Closures on the blocking pool, from so many tasks; each joins one batch of closures before it starts the next.</summary>
internal static class KiotoBlocking
{
    public static async Future<Sample> Closures(int tasks, int ops)
    {
        Measurement measurement = Measurement.Start();
        JoinHandle[] handles = [.. Enumerable.Range(0, tasks).Select(i => Kio.Spawn(Batches(Workload.Share(ops, tasks, i))))];
        await KiotoSpawns.JoinAll(handles, tasks);
        return measurement.Stop(ops);
    }

    /// <summary>One task that joins each closure before it starts the next.</summary>
    public static async Future<Sample> OneByOne(int ops)
    {
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            await Kio.SpawnBlocking(static () => { });
        }

        return measurement.Stop(ops);
    }

    private static async Future Batches(int ops)
    {
        JoinHandle[] batch = new JoinHandle[Workload.BlockingBatch];
        for (int done = 0; done < ops; done += batch.Length)
        {
            int count = Math.Min(batch.Length, ops - done);
            for (int i = 0; i < count; i++)
            {
                batch[i] = Kio.SpawnBlocking(static () => { });
            }

            await KiotoSpawns.JoinAll(batch, count);
        }
    }
}
