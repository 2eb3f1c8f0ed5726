using System;
using System.Collections.Generic;
using System.Threading;
using Kioto.Sync;

namespace Kioto.SyncTests;

public sealed class RwLockTests
{
    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void ReadersTogetherWritersAlone(Where where) => Host.Run(where, async spawner =>
    {
        RwLock<int> rwLock = new(0);
        int readers = 0;
        int writers = 0;
        List<Job> jobs = [];
        for (int i = 0; i < 8; i++)
        {
            bool writes = i % 4 == 0;
            jobs.Add(spawner.Spawn(async () =>
            {
                for (int j = 0; j < 100; j++)
                {
                    if (writes)
                    {
                        using RwLockWriteGuard<int> guard = await rwLock.WriteAsync();
                        Assert.Equal(1, Interlocked.Increment(ref writers));
                        Assert.Equal(0, Volatile.Read(ref readers));
                        await Kio.YieldNow();
                        guard.Value++;
                        Interlocked.Decrement(ref writers);
                    }
                    else
                    {
                        using RwLockReadGuard<int> guard = await rwLock.ReadAsync();
                        Interlocked.Increment(ref readers);
                        Assert.Equal(0, Volatile.Read(ref writers));
                        await Kio.YieldNow();
                        Interlocked.Decrement(ref readers);
                    }
                }
            }));
        }

        foreach (Job job in jobs)
        {
            await job.Join();
        }

        Assert.True(rwLock.TryRead(out RwLockReadGuard<int> end));
        Assert.Equal(200, end.Value);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void AReaderBehindAWriterWaits(Where where) => Host.Run(where, async spawner =>
    {
        RwLock<int> rwLock = new(0);
        RwLockReadGuard<int> reading = await rwLock.ReadAsync();
        List<string> order = [];
        Job writer = spawner.Spawn(async () =>
        {
            using RwLockWriteGuard<int> guard = await rwLock.WriteAsync();
            order.Add("writer");
        });
        await Spawner.Settle();
        Assert.False(rwLock.TryRead(out _));
        Job reader = spawner.Spawn(async () =>
        {
            using RwLockReadGuard<int> guard = await rwLock.ReadAsync();
            order.Add("reader");
        });
        await Spawner.Settle();
        Assert.Empty(order);
        reading.Dispose();
        await writer.Join();
        await reader.Join();
        Assert.Equal(["writer", "reader"], order);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void ACancelledWriterLetsReadersPass(Where where) => Host.Run(where, async spawner =>
    {
        RwLock<int> rwLock = new(0);
        using RwLockReadGuard<int> reading = await rwLock.ReadAsync();
        Job writer = spawner.Spawn(async () => (await rwLock.WriteAsync()).Dispose());
        await Spawner.Settle();
        Job reader = spawner.Spawn(async () => (await rwLock.ReadAsync()).Dispose());
        await Spawner.Settle();
        Assert.False(reader.IsFinished);
        await writer.Cancel();
        await reader.Join();
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void DowngradeLetsReadersInAndNoWriterBetween(Where where) => Host.Run(where, async spawner =>
    {
        RwLock<int> rwLock = new(0);
        RwLockWriteGuard<int> writing = await rwLock.WriteAsync();
        Job reader = spawner.Spawn(async () =>
        {
            using RwLockReadGuard<int> guard = await rwLock.ReadAsync();
            Assert.Equal(1, guard.Value);
        });
        await Spawner.Settle();
        Job writer = spawner.Spawn(async () =>
        {
            using RwLockWriteGuard<int> guard = await rwLock.WriteAsync();
            guard.Value++;
        });
        await Spawner.Settle();
        writing.Value = 1;
        RwLockReadGuard<int> read = writing.Downgrade();
        Assert.Throws<ObjectDisposedException>(() => writing.Dispose());
        await reader.Join();
        await Spawner.Settle();
        Assert.Equal(1, read.Value);
        Assert.False(writer.IsFinished);
        read.Dispose();
        await writer.Join();
    });

    [Fact]
    public void UpgradeNeedsToBeAlone()
    {
        RwLock<int> rwLock = new(5, maxReaders: 4);
        Assert.True(rwLock.TryRead(out RwLockReadGuard<int> first));
        Assert.True(rwLock.TryRead(out RwLockReadGuard<int> second));
        Assert.False(first.TryUpgrade(out _));
        second.Dispose();
        Assert.True(first.TryUpgrade(out RwLockWriteGuard<int> writer));
        Assert.Throws<ObjectDisposedException>(() => first.Dispose());
        Assert.False(rwLock.TryRead(out _));
        writer.Value = 6;
        writer.Dispose();
        Assert.True(rwLock.TryWrite(out writer));
        Assert.Equal(6, writer.Value);
    }

    [Fact]
    public void TheMostReaders()
    {
        RwLock<int> rwLock = new(0, maxReaders: 2);
        Assert.True(rwLock.TryRead(out RwLockReadGuard<int> first));
        Assert.True(rwLock.TryRead(out _));
        Assert.False(rwLock.TryRead(out _));
        first.Dispose();
        Assert.True(rwLock.TryRead(out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RwLock<int>(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RwLock<int>(0, int.MaxValue));
    }

    [Fact]
    public void MisuseIsCaught()
    {
        RwLock<int[]> rwLock = new([1, 2]);
        Assert.True(rwLock.TryRead(out RwLockReadGuard<int[]> reader));
        RwLockReadGuard<int[]> copy = reader;
        reader.Dispose();
        Assert.Throws<ObjectDisposedException>(() => reader.Dispose());
        Assert.Throws<ObjectDisposedException>(() => copy.Value);
        Assert.True(rwLock.TryRead(out RwLockReadGuard<int[]> next));
        Assert.Throws<ObjectDisposedException>(() => copy.Dispose());
        Assert.False(rwLock.TryWrite(out _));
        using (MappedRwLockReadGuard<int[], int> part = next.Map(static (ref readonly int[] all) => ref all[1]))
        {
            Assert.Equal(2, part.Value);
        }

        Assert.True(rwLock.TryWrite(out RwLockWriteGuard<int[]> writer));
        using (MappedRwLockWriteGuard<int[], int> part = writer.Map(static (ref int[] all) => ref all[0]))
        {
            part.Value = 9;
        }

        Assert.Throws<ObjectDisposedException>(() => writer.Value);
        Assert.True(rwLock.TryRead(out next));
        Assert.Equal([9, 2], next.Value);
    }

    [Fact]
    public void Blocking()
    {
        RwLock<int> rwLock = new(0);
        using (RwLockWriteGuard<int> guard = rwLock.Write())
        {
            guard.Value = 1;
        }

        using RwLockReadGuard<int> read = rwLock.Read();
        Assert.Equal(1, read.Value);
        Host.Run(_ =>
        {
            Assert.Throws<InvalidOperationException>(() => rwLock.Read());
            Assert.Throws<InvalidOperationException>(() => rwLock.Write());
            return Future.Completed;
        });
    }
}
