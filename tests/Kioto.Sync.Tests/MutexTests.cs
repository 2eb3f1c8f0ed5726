using System;
using System.Collections.Generic;
using Kioto.Sync;

namespace Kioto.SyncTests;

public sealed class MutexTests
{
    private struct Pair
    {
        internal int Left;
        internal string Right;
    }

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void OneAtATime(Where where) => Host.Run(where, async spawner =>
    {
        Mutex<int> mutex = new(0);
        List<Job> jobs = [];
        for (int i = 0; i < 8; i++)
        {
            jobs.Add(spawner.Spawn(async () =>
            {
                for (int j = 0; j < 200; j++)
                {
                    using MutexGuard<int> guard = await mutex.LockAsync();
                    int seen = guard.Value;
                    if (j % 3 == 0)
                    {
                        await Kio.YieldNow();
                    }

                    guard.Value = seen + 1;
                }
            }));
        }

        foreach (Job job in jobs)
        {
            await job.Join();
        }

        using MutexGuard<int> end = await mutex.LockAsync();
        Assert.Equal(1600, end.Value);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void FirstComeFirstServed(Where where) => Host.Run(where, async spawner =>
    {
        Mutex<List<int>> mutex = new([]);
        MutexGuard<List<int>> held = await mutex.LockAsync();
        List<Job> jobs = [];
        for (int i = 0; i < 5; i++)
        {
            int mine = i;
            jobs.Add(spawner.Spawn(async () =>
            {
                using MutexGuard<List<int>> guard = await mutex.LockAsync();
                guard.Value.Add(mine);
            }));
            await Spawner.Settle();
        }

        Assert.False(mutex.TryLock(out _));
        held.Dispose();
        foreach (Job job in jobs)
        {
            await job.Join();
        }

        Assert.True(mutex.TryLock(out MutexGuard<List<int>> end));
        Assert.Equal([0, 1, 2, 3, 4], end.Value);
    });

    [Theory]
    [MemberData(nameof(Host.Runtimes), MemberType = typeof(Host))]
    public void AnAbortedWaiterIsSkipped(Where where) => Host.Run(where, async spawner =>
    {
        Mutex<int> mutex = new(0);
        MutexGuard<int> held = await mutex.LockAsync();
        Job first = spawner.Spawn(async () => (await mutex.LockAsync()).Dispose());
        await Spawner.Settle();
        Job second = spawner.Spawn(async () => (await mutex.LockAsync()).Dispose());
        await Spawner.Settle();
        await first.Cancel();
        held.Dispose();
        await second.Join();
        Assert.False(mutex.IsLocked);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void AnExceptionUnlocksAndPoisonsNothing(Where where) => Host.Run(where, async _ =>
    {
        Mutex<int> mutex = new(1);
        await Assert.ThrowsAsync<FormatException>(async () =>
        {
            using MutexGuard<int> guard = await mutex.LockAsync();
            throw new FormatException();
        });
        Assert.True(mutex.TryLock(out MutexGuard<int> again));
        Assert.Equal(1, again.Value);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void AbortingTheHolderUnlocks(Where where) => Host.Run(where, async spawner =>
    {
        Mutex<int> mutex = new(1);
        Job holder = spawner.Spawn(async () =>
        {
            using MutexGuard<int> guard = await mutex.LockAsync();
            await new Notify().NotifiedAsync();
        });
        await Spawner.Until(() => mutex.IsLocked);
        await holder.Cancel();
        Assert.False(mutex.IsLocked);
    });

    [Fact]
    public void MisuseIsCaught()
    {
        Mutex<int> mutex = new(7);
        Assert.True(mutex.TryLock(out MutexGuard<int> guard));
        MutexGuard<int> copy = guard;
        Assert.True(copy == guard);
        guard.Dispose();
        Assert.Throws<ObjectDisposedException>(() => guard.Dispose());
        Assert.Throws<ObjectDisposedException>(() => guard.Value);
        Assert.True(mutex.TryLock(out MutexGuard<int> next));
        Assert.True(next != copy);
        Assert.Throws<ObjectDisposedException>(() => copy.Dispose());
        Assert.Throws<ObjectDisposedException>(() => copy.Value = 8);
        Assert.True(mutex.IsLocked);
        Assert.Equal(7, next.Value);
        next.Dispose();
        default(MutexGuard<int>).Dispose();
        Assert.Contains("LockAsync", Assert.Throws<InvalidOperationException>(() => default(MutexGuard<int>).Value).Message);
    }

    [Fact]
    public void APartCanBeGuarded()
    {
        Mutex<Pair> mutex = new(new Pair { Left = 1, Right = "r" });
        Assert.True(mutex.TryLock(out MutexGuard<Pair> guard));
        using (MappedMutexGuard<Pair, string> right = guard.Map(static (ref Pair pair) => ref pair.Right))
        {
            right.Value += "!";
        }

        Assert.Throws<ObjectDisposedException>(() => guard.Map(static (ref Pair pair) => ref pair.Left));
        Assert.True(mutex.TryLock(out guard));
        Assert.Equal((1, "r!"), (guard.Value.Left, guard.Value.Right));
    }

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void AGuardMayBeDisposedElsewhere(Where where) => Host.Run(where, async _ =>
    {
        Mutex<int> mutex = new(0);
        MutexGuard<int> guard = await mutex.LockAsync();
        await Kio.SpawnBlocking(() => guard.Dispose());
        Assert.False(mutex.IsLocked);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void BlockingInsideAsyncCodeThrowsTheRemedy(Where where) => Host.Run(where, async _ =>
    {
        Mutex<int> mutex = new(0);
        Assert.Contains("LockAsync", Assert.Throws<InvalidOperationException>(() => mutex.Lock()).Message, StringComparison.Ordinal);
        Assert.False(mutex.IsLocked);
        await Kio.SpawnBlocking(() => mutex.Lock().Dispose());
        Assert.False(mutex.IsLocked);
    });

    [Fact]
    public void APartOfAPartIsGuarded()
    {
        Mutex<(int[] Numbers, string Name)> mutex = new(([1, 2], "a"));
        Assert.True(mutex.TryLock(out MutexGuard<(int[] Numbers, string Name)> guard));
        MappedMutexGuard<(int[] Numbers, string Name), int[]> numbers = guard.Map(static (ref (int[] Numbers, string Name) all) => ref all.Numbers);
        MappedMutexGuard<(int[] Numbers, string Name), int> second = numbers.Map(static (ref int[] some) => ref some[1]);
        second.Value = 5;
        Assert.Equal([1, 5], numbers.Value);
        second.Dispose();
        Assert.False(mutex.IsLocked);
        Assert.Throws<ObjectDisposedException>(() => second.Value);
        Assert.Throws<ObjectDisposedException>(() => numbers.Map(static (ref int[] some) => ref some[0]));

        RwLock<int[]> rwLock = new([1, 2]);
        Assert.True(rwLock.TryWrite(out RwLockWriteGuard<int[]> writer));
        using (MappedRwLockWriteGuard<int[], int> first = writer.Map(static (ref int[] all) => ref all).Map(static (ref int[] all) => ref all[0]))
        {
            first.Value = 8;
        }

        Assert.True(rwLock.TryRead(out RwLockReadGuard<int[]> reader));
        using (MappedRwLockReadGuard<int[], int> first = reader.Map(static (ref readonly int[] all) => ref all).Map(static (ref readonly int[] all) => ref all[0]))
        {
            Assert.Equal(8, first.Value);
        }

        Assert.True(rwLock.TryWrite(out writer));
        writer.Dispose();
    }
}
