using System;
using Kioto.Sync;

namespace Kioto.Tool.Bench;

/// <summary>Locks that a few tasks, spawned together, take once.</summary>
internal static class KiotoCrowds
{
    public static async Future<Sample> Read(int ops)
    {
        RwLock<int> rwLock = new(0);
        JoinHandle[] handles = new JoinHandle[Workload.Crowd];
        Measurement measurement = Measurement.Start();
        foreach (int tasks in Workload.Crowds(ops))
        {
            for (int i = 0; i < tasks; i++)
            {
                handles[i] = Kio.Spawn(Read(rwLock));
            }

            await KiotoSpawns.JoinAll(handles, tasks);
        }

        return measurement.Stop(ops);
    }

    /// <summary>The writer is one of the crowd.</summary>
    public static async Future<Sample> ReadReleased(int ops)
    {
        RwLock<int> rwLock = new(0);
        JoinHandle[] handles = new JoinHandle[Workload.Crowd];
        Measurement measurement = Measurement.Start();
        foreach (int tasks in Workload.Crowds(ops))
        {
            using (RwLockWriteGuard<int> guard = await rwLock.WriteAsync())
            {
                for (int i = 0; i < tasks - 1; i++)
                {
                    handles[i] = Kio.Spawn(Read(rwLock));
                }
            }

            await KiotoSpawns.JoinAll(handles, tasks - 1);
        }

        return measurement.Stop(ops);
    }

    public static Func<int, Future<Sample>> Acquire(int permits) => async ops =>
    {
        AsyncSemaphore semaphore = new(permits);
        JoinHandle[] handles = new JoinHandle[Workload.Crowd];
        Measurement measurement = Measurement.Start();
        foreach (int tasks in Workload.Crowds(ops))
        {
            for (int i = 0; i < tasks; i++)
            {
                handles[i] = Kio.Spawn(Acquire(semaphore));
            }

            await KiotoSpawns.JoinAll(handles, tasks);
        }

        return measurement.Stop(ops);
    };

    private static async Future Read(RwLock<int> rwLock)
    {
        using RwLockReadGuard<int> guard = await rwLock.ReadAsync();
    }

    private static async Future Acquire(AsyncSemaphore semaphore)
    {
        using SemaphorePermit permit = await semaphore.AcquireAsync();
    }
}
