using System.Threading.Tasks;
using DotNext.Threading;

namespace Kioto.Tool.Bench;

/// <summary>The benchmarks of locks on those of DotNext.Threading: what a .NET program that wants an awaitable lock may take.</summary>
internal static class DotNextLocks
{
    public static async Task<Sample> MutexUncontended(int ops)
    {
        using AsyncExclusiveLock mutex = new();
        int value = 0;
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            await mutex.AcquireAsync();
            value++;
            mutex.Release();
        }

        return measurement.Stop(value);
    }

    public static async Task<Sample> MutexContended(int ops)
    {
        using AsyncExclusiveLock mutex = new();
        return await DotnetSync.Tasks(Workload.SyncTasks, ops, async (_, share) =>
        {
            for (int i = 0; i < share; i++)
            {
                await mutex.AcquireAsync();
                await Task.Yield();
                mutex.Release();
            }
        });
    }

    public static async Task<Sample> RwLockRead(int ops)
    {
        using AsyncReaderWriterLock rwLock = new();
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            await rwLock.EnterReadLockAsync();
            rwLock.Release();
        }

        return measurement.Stop(ops);
    }

    public static async Task<Sample> RwLockContended(int ops)
    {
        using AsyncReaderWriterLock rwLock = new();
        return await DotnetSync.Tasks(Workload.SyncTasks, ops, async (index, share) =>
        {
            bool writes = index % 4 == 3;
            for (int i = 0; i < share; i++)
            {
                await (writes ? rwLock.EnterWriteLockAsync() : rwLock.EnterReadLockAsync());
                await Task.Yield();
                rwLock.Release();
            }
        });
    }

    /// <summary>Its semaphore is a lock that so many may share.</summary>
    public static async Task<Sample> SemaphoreUncontended(int ops)
    {
        using AsyncSharedLock semaphore = new(10);
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            await semaphore.AcquireAsync(strongLock: false);
            semaphore.Release();
        }

        return measurement.Stop(ops);
    }

    public static async Task<Sample> SemaphoreContended(int ops)
    {
        using AsyncSharedLock semaphore = new(2);
        return await DotnetSync.Tasks(Workload.SyncTasks, ops, async (_, share) =>
        {
            for (int i = 0; i < share; i++)
            {
                await semaphore.AcquireAsync(strongLock: false);
                await Task.Yield();
                semaphore.Release();
            }
        });
    }
}
