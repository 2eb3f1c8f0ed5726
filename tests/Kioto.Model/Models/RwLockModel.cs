using System;
using Kioto.Sync;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>Readers and writers: who goes from one to the other lets nobody in between.</summary>
internal static class RwLockModel
{
    /// <summary>Two writers; one of them becomes a reader, and sees what it wrote as long as it reads.</summary>
    internal static void Downgrade()
    {
        var rwLock = new RwLock<int>(0);
        Model.Spawn(() =>
        {
            RwLockWriteGuard<int> other = Get(rwLock.WriteAsync());
            other.Value = 2;
            other.Dispose();
        });
        RwLockWriteGuard<int> writer = Get(rwLock.WriteAsync());
        writer.Value = 1;
        RwLockReadGuard<int> reader = writer.Downgrade();
        Model.Point();
        Assert.Equal(1, reader.Value);
        reader.Dispose();
    }

    /// <summary>Two readers want to write without letting go: one of them may, alone.</summary>
    internal static void Upgrade()
    {
        var rwLock = new RwLock<int>(0);
        for (int i = 0; i < 2; i++)
        {
            Model.Spawn(() =>
            {
                RwLockReadGuard<int> reader = Get(rwLock.ReadAsync());
                int seen = reader.Value;
                if (!reader.TryUpgrade(out RwLockWriteGuard<int> writer))
                {
                    Assert.Equal(seen, reader.Value);
                    reader.Dispose();
                    return;
                }

                Assert.Equal(seen, writer.Value);
                writer.Value++;
                Model.Point();
                Assert.Equal(seen + 1, writer.Value);
                writer.Dispose();
            });
        }
    }

    /// <summary>Two writers, one after the other: a guard is never taken for the other one's.</summary>
    internal static void Stamps()
    {
        var rwLock = new RwLock<int>(0);
        for (int i = 0; i < 2; i++)
        {
            Model.Spawn(() =>
            {
                for (int turn = 0; turn < 2; turn++)
                {
                    if (!rwLock.TryWrite(out RwLockWriteGuard<int> writer)) // As a direct await.
                    {
                        writer = Get(rwLock.WriteAsync());
                    }

                    writer.Value++;
                    writer.Dispose();
                }
            });
        }
    }

    /// <summary>Two copies of a writer's guard are disposed at once: one unlocks, and the next writer is alone.</summary>
    internal static void TwoCopies()
    {
        var rwLock = new RwLock<int>(0);
        RwLockWriteGuard<int> writer = Get(rwLock.WriteAsync());
        int ended = 0;
        ModelHandle first = Model.Spawn(Ends);
        ModelHandle second = Model.Spawn(Ends);
        Alone(rwLock);
        first.Join();
        second.Join();
        Assert.Equal(1, ended);
        Assert.True(rwLock.TryWrite(out _));

        void Ends() => Unless(() =>
        {
            writer.Dispose();
            ended++;
        });
    }

    /// <summary>One copy is disposed while another one becomes a reader's: one of them does it.</summary>
    internal static void TwoCopiesOneReads()
    {
        var rwLock = new RwLock<int>(0);
        RwLockWriteGuard<int> writer = Get(rwLock.WriteAsync());
        int ended = 0;
        ModelHandle disposes = Model.Spawn(() => Unless(() =>
        {
            writer.Dispose();
            ended++;
        }));
        ModelHandle reads = Model.Spawn(() => Unless(() =>
        {
            RwLockReadGuard<int> reader = writer.Downgrade();
            Assert.False(rwLock.TryWrite(out _));
            reader.Dispose();
            ended++;
        }));
        disposes.Join();
        reads.Join();
        Assert.Equal(1, ended);
        Assert.True(rwLock.TryWrite(out _));
    }

    private static void Alone(RwLock<int> rwLock)
    {
        RwLockWriteGuard<int> next = Get(rwLock.WriteAsync());
        Model.Point();
        Assert.False(rwLock.TryRead(out _));
        next.Value++;
        next.Dispose();
    }

    private static void Unless(Action stale)
    {
        try
        {
            stale();
        }
        catch (ObjectDisposedException)
        {
            // Another copy was faster.
        }
    }

    private static T Get<T>(Future<T> future)
    {
        var target = new ParkedThread();
        future = future.Owned();
        var leaf = (LeafSource<T>)future.Source!;
        var context = new PollContext(new Waker(target));
        while (!leaf.PollLeaf(ref context))
        {
            target.Sleep();
        }

        return leaf.GetResult(future.Token);
    }
}
