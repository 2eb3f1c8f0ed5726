using System.Collections.Generic;
using System.Threading;
using Kioto.Sync;
using Xunit;

namespace Kioto.LocalSetTests;

/// <summary>Cleanup of local tasks that wakes others of them, and many handles that one future waits for.</summary>
public class CleanupTests
{
    [Fact]
    public void ALockThatIsLetGoInCleanupGoesToTheNextTaskAndNothingHangs() => Bounded.Run(() =>
    {
        LocalSet set = new();
        Mutex<int> mutex = new(0);
        List<JoinHandle> handles = [];
        for (int i = 0; i < 3; i++)
        {
            handles.Add(set.SpawnLocal(async () =>
            {
                using MutexGuard<int> guard = await mutex.LockAsync();
                await Kio.Sleep(Timeout.InfiniteTimeSpan);
            }));
        }

        set.BlockOn(async () => await Kio.YieldNow());
        set.Dispose();
        Assert.All(handles, static handle => Assert.True(handle.IsFinished));
        Assert.True(mutex.TryLock(out MutexGuard<int> free));
        free.Dispose();
    });

    [Fact]
    public void AFutureWaitsForManyTasksThatSpawnOthers() => Bounded.Run(() =>
    {
        using LocalSet set = new();
        int ended = 0;
        set.BlockOn(async () =>
        {
            using JoinSet group = new();
            for (int i = 0; i < 128; i++)
            {
                group.SpawnLocal(async () =>
                {
                    await Kio.SpawnLocal(async () => await Kio.YieldNow());
                    ended++; // No lock: one thread.
                });
            }

            await group.JoinAllAsync();
        });
        Assert.Equal(128, ended);
    });
}
