using System;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tool.Bench;

/// <summary>A <see cref="SemaphoreSlim"/> that a few tasks, spawned together, take once.</summary>
internal static class DotnetCrowds
{
    public static Task<Sample> Read(int ops) => Acquire(Workload.Crowd)(ops);

    /// <summary>The writer is one of the crowd, and takes every reader's place.</summary>
    public static async Task<Sample> ReadReleased(int ops)
    {
        using SemaphoreSlim readers = new(Workload.Crowd);
        Task[] running = new Task[Workload.Crowd];
        Measurement measurement = Measurement.Start();
        foreach (int tasks in Workload.Crowds(ops))
        {
            for (int i = 0; i < Workload.Crowd; i++)
            {
                await readers.WaitAsync();
            }

            for (int i = 0; i < tasks - 1; i++)
            {
                running[i] = Task.Run(() => Take(readers));
            }

            readers.Release(Workload.Crowd);
            await DotnetSpawns.JoinAll(running, tasks - 1);
        }

        return measurement.Stop(ops);
    }

    public static Func<int, Task<Sample>> Acquire(int permits) => async ops =>
    {
        using SemaphoreSlim semaphore = new(permits);
        Task[] running = new Task[Workload.Crowd];
        Measurement measurement = Measurement.Start();
        foreach (int tasks in Workload.Crowds(ops))
        {
            for (int i = 0; i < tasks; i++)
            {
                running[i] = Task.Run(() => Take(semaphore));
            }

            await DotnetSpawns.JoinAll(running, tasks);
        }

        return measurement.Stop(ops);
    };

    private static async Task Take(SemaphoreSlim semaphore)
    {
        await semaphore.WaitAsync();
        semaphore.Release();
    }
}
