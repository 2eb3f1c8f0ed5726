using System;
using System.Diagnostics;
using Kioto.Sync;

namespace Kioto.SyncTests;

/// <summary>In steady state nothing is allocated by two workers either, where what one of them rents the other gives back.</summary>
public sealed class MultiThreadAllocationTests
{
    private const int Turns = 2_000;

#if DEBUG
    private static bool Optimized => false;
#else
    private static bool Optimized => true;
#endif

    [Fact]
    public void Mutex()
    {
        Mutex<int> mutex = new(0);
        Check(4, async _ =>
        {
            using MutexGuard<int> guard = await mutex.LockAsync();
            await Kio.YieldNow();
        });
    }

    [Fact]
    public void RwLock()
    {
        RwLock<int> rwLock = new(0);
        Check(4, async index =>
        {
            if (index == 0)
            {
                using RwLockWriteGuard<int> writer = await rwLock.WriteAsync();
                await Kio.YieldNow();
            }
            else
            {
                using RwLockReadGuard<int> reader = await rwLock.ReadAsync();
                await Kio.YieldNow();
            }
        });
    }

    [Fact]
    public void Semaphore()
    {
        AsyncSemaphore semaphore = new(2);
        Check(4, async index =>
        {
            using SemaphorePermit permit = await semaphore.AcquireManyAsync(1 + (index & 1));
            await Kio.YieldNow();
        });
    }

    [Fact]
    public void Barrier()
    {
        AsyncBarrier barrier = new(2);
        Check(2, async _ => await barrier.WaitAsync());
    }

    [Fact]
    public void Notify()
    {
        Notify[] notifies = [new(), new()];
        notifies[0].NotifyOne();
        Check(2, async index =>
        {
            await notifies[index].NotifiedAsync();
            notifies[1 - index].NotifyOne();
        });
    }

    [Fact]
    public void BoundedMpsc()
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(2);
        Check(2, async index =>
        {
            if (index == 0)
            {
                await receiver.RecvAsync();
            }
            else
            {
                await sender.SendAsync(index);
            }
        });
    }

    [Fact]
    public void UnboundedMpsc()
    {
        (UnboundedMpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.CreateUnbounded<int>();
        Check(2, async index =>
        {
            if (index == 0)
            {
                await receiver.RecvAsync();
            }
            else
            {
                sender.Send(index);
                await Kio.YieldNow();
            }
        });
    }

    [Fact]
    public void Mpmc()
    {
        (MpmcSender<int> sender, MpmcReceiver<int> receiver) = Kioto.Sync.Mpmc.Create<int>(2);
        Check(4, async index =>
        {
            if ((index & 1) == 0)
            {
                await receiver.RecvAsync();
            }
            else
            {
                await sender.SendAsync(index);
            }
        });
    }

    [Fact]
    public void Lossless()
    {
        (LosslessSender<int> sender, BroadcastReceiver<int> receiver) = Broadcast.CreateLossless<int>(2);
        Check(2, async index =>
        {
            if (index == 0)
            {
                await receiver.RecvAsync();
            }
            else
            {
                await sender.SendAsync(index);
            }
        });
    }

    [Fact]
    public void OneshotAndMpsc()
    {
        (MpscSender<OneshotSender<int>> sender, MpscReceiver<OneshotSender<int>> receiver) = Mpsc.Create<OneshotSender<int>>(2);
        Check(2, async index =>
        {
            if (index == 0)
            {
                (await receiver.RecvAsync()).Value.Send(1);
            }
            else
            {
                (OneshotSender<int> reply, OneshotReceiver<int> answer) = Oneshot.Create<int>();
                await sender.SendAsync(reply);
                await answer.RecvAsync();
            }
        });
    }

    [Fact]
    public void Watch()
    {
        (WatchSender<int> sender, WatchReceiver<int> receiver) = Kioto.Sync.Watch.Create(0);
        Notify seen = new();
        Check(2, async index =>
        {
            if (index == 0)
            {
                await receiver.ChangedAsync();
                seen.NotifyOne();
            }
            else
            {
                sender.Send(1);
                await seen.NotifiedAsync();
            }
        });
    }

    // The least of several rounds: what the process does beside (tiers, pools that grow, the runner) is not in each.
    private static void Check(int tasks, Func<int, Future> turn) => Host.OnThread(() =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(2).ForTests().Build();
        long start = Stopwatch.GetTimestamp();
        long least = long.MaxValue;
        do
        {
            long bytes = runtime.BlockOn(async () =>
            {
                JoinHandle[] handles = new JoinHandle[tasks];
                long before = GC.GetTotalAllocatedBytes(precise: true);
                for (int i = 0; i < tasks; i++)
                {
                    int index = i;
                    handles[i] = Kio.Spawn(() => TurnAsync(index, turn));
                }

                foreach (JoinHandle handle in handles)
                {
                    await handle;
                }

                return GC.GetTotalAllocatedBytes(precise: true) - before;
            });
            least = Math.Min(least, bytes / (tasks * Turns)); // The tasks themselves are objects, a few in all these turns.
        }
        while (Optimized && least != 0 && Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(20));
        if (Optimized)
        {
            Assert.Equal(0, least);
        }
    });

    private static async Future TurnAsync(int index, Func<int, Future> turn)
    {
        for (int i = 0; i < Turns; i++)
        {
            await turn(index);
        }
    }
}
