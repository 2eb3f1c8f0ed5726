using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Kioto.Sync;

namespace Kioto.SyncTests;

/// <summary>What Tokio's sync_* tests ask and no other class here does: see docs/coverage-sync.md.</summary>
public sealed class ChecklistTests
{
    private const int Ready = 1_000;

    [Theory]
    [InlineData("WatchReceiver.ChangedAsync")]
    [InlineData("WatchReceiver.WaitForAsync")]
    [InlineData("WatchReceiver.ChangedAsync, closed")]
    [InlineData("WatchSender.ClosedAsync")]
    [InlineData("BroadcastReceiver.RecvAsync")]
    [InlineData("MpmcReceiver.RecvAsync")]
    [InlineData("Mutex.LockAsync")]
    [InlineData("Notify.NotifiedAsync")]
    public void WhatIsAlwaysReadyLetsOthersRun(string name) => Host.Run(async spawner =>
    {
        Func<Future> operation = AlwaysReady(name);
        bool ran = false;
        Job other = spawner.Spawn(async () =>
        {
            await Kio.YieldNow();
            ran = true;
        });
        for (int i = 0; i < Ready; i++)
        {
            await operation();
        }

        Assert.True(ran, "There is one worker: the other one ran because this one gave way.");
        await other.Join();
    });

    [Fact]
    public void ResubscribingAfterTheEndAndAfterALag() => Host.Run(async spawner =>
    {
        (BroadcastSender<int> sender, BroadcastReceiver<int> receiver) = Broadcast.Create<int>(2);
        for (int i = 0; i < 5; i++)
        {
            sender.Send(i);
        }

        BroadcastReceiver<int> fresh = receiver.Resubscribe();
        Assert.False(fresh.TryRecv(out _));
        Assert.Equal(3, (await receiver.RecvAsync()).Missed);
        sender.Send(5);
        Assert.Equal(5, (await fresh.RecvAsync()).Value);
        sender.Dispose();
        BroadcastReceiver<int> late = fresh.Resubscribe();
        Assert.True((await late.RecvAsync()).IsClosed);
        Assert.True((await fresh.RecvAsync()).IsClosed);
    });

    [Fact]
    public void CountsWhileSendersComeAndGo() => Host.OnThread(() =>
    {
        (BroadcastSender<int> sender, BroadcastReceiver<int> receiver) = Broadcast.Create<int>(2);
        Parallel(4, _ =>
        {
            for (int i = 0; i < 500; i++)
            {
                using WeakBroadcastSender<int> weak = sender.Downgrade();
                Assert.True(weak.TryUpgrade(out BroadcastSender<int>? strong));
                using BroadcastSender<int> clone = strong.Clone();
                strong.Dispose();
            }
        });
        Assert.Equal(1, sender.StrongCount);
        Assert.Equal(0, sender.WeakCount);
        Assert.False(receiver.IsClosed);
        sender.Dispose();
        Assert.True(receiver.IsClosed);
    });

    [Fact]
    public void AnActorThatSendsToItselfEndsWithItsLastOwner() => Host.Run(async spawner =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(4);
        WeakMpscSender<int> self = sender.Downgrade();
        List<int> seen = [];
        Job actor = spawner.Spawn(async () =>
        {
            while ((await receiver.RecvAsync()).TryGetValue(out int message))
            {
                seen.Add(message);
                if (message > 0 && self.TryUpgrade(out MpscSender<int>? mine))
                {
                    await mine.SendAsync(message - 1);
                    mine.Dispose();
                }
            }
        });
        await sender.SendAsync(3);
        await Spawner.Settle();
        Assert.Equal([3, 2, 1, 0], seen);
        sender.Dispose();
        await actor.Join();
        Assert.False(self.TryUpgrade(out _));
    });

    [Fact]
    public void APermitKeepsNoChannelOpenAndLosesNoValue() => Host.Run(async spawner =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(3);
        WeakMpscSender<int> weak = sender.Downgrade();
        MpscPermit<int> one = await sender.ReserveAsync();
        MpscPermit<int> two = await sender.ReserveManyAsync(2);
        Assert.True(weak.TryUpgrade(out MpscSender<int>? again));
        again.Dispose();
        sender.Dispose();
        Assert.False(weak.TryUpgrade(out _));
        Assert.True(receiver.IsClosed);
        Assert.Equal(3, receiver.Count);
        one.Send(1);
        two.Send(2);
        Assert.Equal(1, (await receiver.RecvAsync()).Value);
        Assert.Equal(2, (await receiver.RecvAsync()).Value);
        Job waits = spawner.Spawn(async () => Assert.True((await receiver.RecvAsync()).IsClosed));
        await Spawner.Settle();
        Assert.False(waits.IsFinished); // Another value may come through the permit.
        two.Dispose();
        await waits.Join();
    });

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void TheCountInEveryOrderOfTheEnd(bool unbounded, bool senderFirst) => Host.Run(async spawner =>
    {
        MpscReceiver<int> receiver;
        Action end;
        if (unbounded)
        {
            (UnboundedMpscSender<int> sender, receiver) = Mpsc.CreateUnbounded<int>();
            sender.Send(1);
            sender.Send(2);
            end = sender.Dispose;
        }
        else
        {
            (MpscSender<int> sender, receiver) = Mpsc.Create<int>(2);
            sender.TrySend(1);
            sender.TrySend(2);
            end = sender.Dispose;
        }

        Assert.Equal(2, receiver.Count);
        if (senderFirst)
        {
            end();
        }
        else
        {
            receiver.Close();
        }

        Assert.True(receiver.IsClosed);
        Assert.Equal(2, receiver.Count);
        Assert.False(receiver.IsEmpty);
        Assert.Equal(1, (await receiver.RecvAsync()).Value);
        Assert.Equal(1, receiver.Count);
        receiver.Close();
        end();
        Assert.Equal(2, (await receiver.RecvAsync()).Value);
        Assert.Equal(0, receiver.Count);
        Assert.True(receiver.IsEmpty);
        Assert.True((await receiver.RecvAsync()).IsClosed);
        receiver.Dispose();
        Assert.Equal(0, receiver.Count);
    });

    [Fact]
    public void AnUnboundedChannelEndsWhileManySend() => Host.OnThread(() =>
    {
        for (int round = 0; round < 200; round++)
        {
            (UnboundedMpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.CreateUnbounded<int>();
            int sent = 0;
            int received = 0;
            Parallel(4, index =>
            {
                if (index == 0)
                {
                    while (receiver.Recv().HasValue)
                    {
                        received++;
                    }
                }
                else if (index == 1)
                {
                    Thread.Yield();
                    receiver.Close();
                }
                else
                {
                    int mine = 0;
                    while (mine < 100 && sender.Send(mine).IsSent)
                    {
                        mine++;
                    }

                    Interlocked.Add(ref sent, mine);
                }
            });
            Assert.Equal(sent, received);
            Assert.True(sender.Send(0).IsClosed);
        }
    });

    [Fact]
    public void AWriterThatGoesOnAsAReaderOfAPart() => Host.Run(async spawner =>
    {
        RwLock<(int Left, string Right)> rwLock = new((1, "a"));
        RwLockWriteGuard<(int Left, string Right)> writer = await rwLock.WriteAsync();
        writer.Value = (2, "b");
        MappedRwLockReadGuard<(int Left, string Right), string> part = writer.Downgrade().Map(static (ref readonly (int Left, string Right) all) => ref all.Right);
        Assert.Equal("b", part.Value);
        using (RwLockReadGuard<(int Left, string Right)> other = await rwLock.ReadAsync())
        {
            Assert.Equal(2, other.Value.Left);
        }

        Assert.False(rwLock.TryWrite(out _));
        part.Dispose();
        Assert.True(rwLock.TryWrite(out RwLockWriteGuard<(int Left, string Right)> last));
        last.Dispose();
    });

    [Fact]
    public void AOneshotSenderThatTwoTasksWatchInTurn() => Host.Run(async spawner =>
    {
        (OneshotSender<int> sender, OneshotReceiver<int> receiver) = Oneshot.Create<int>();
        Job first = spawner.Spawn(async () => await sender.ClosedAsync());
        await Spawner.Settle();
        await first.Cancel();
        Job second = spawner.Spawn(async () => await sender.ClosedAsync());
        await Spawner.Settle();
        Assert.False(second.IsFinished);
        receiver.Close();
        await second.Join();
        Assert.True(sender.IsClosed);
        sender.Dispose();
        Assert.True((await receiver.RecvAsync()).IsClosed);
    });

    private static Func<Future> AlwaysReady(string name)
    {
        switch (name)
        {
            case "WatchReceiver.ChangedAsync":
                (WatchSender<int> changer, WatchReceiver<int> changed) = Watch.Create(0);
                return async () =>
                {
                    changer.Send(1);
                    await changed.ChangedAsync();
                };
            case "WatchReceiver.WaitForAsync":
                (_, WatchReceiver<int> waiter) = Watch.Create(0);
                return async () => await waiter.WaitForAsync(static _ => true);
            case "WatchReceiver.ChangedAsync, closed":
                (WatchSender<int> ended, WatchReceiver<int> last) = Watch.Create(0);
                ended.Dispose();
                return async () => await last.ChangedAsync();
            case "WatchSender.ClosedAsync":
                (WatchSender<int> alone, WatchReceiver<int> gone) = Watch.Create(0);
                gone.Dispose();
                return async () => await alone.ClosedAsync();
            case "BroadcastReceiver.RecvAsync":
                (BroadcastSender<int> sender, BroadcastReceiver<int> receiver) = Broadcast.Create<int>(2);
                return async () =>
                {
                    sender.Send(1);
                    await receiver.RecvAsync();
                };
            case "MpmcReceiver.RecvAsync":
                (MpmcSender<int> input, MpmcReceiver<int> output) = Mpmc.Create<int>(2);
                return async () =>
                {
                    input.TrySend(1);
                    await output.RecvAsync();
                };
            case "Mutex.LockAsync":
                Mutex<int> mutex = new(0);
                return async () =>
                {
                    using MutexGuard<int> guard = await mutex.LockAsync();
                };
            default:
                Notify notify = new();
                return async () =>
                {
                    notify.NotifyOne();
                    await notify.NotifiedAsync();
                };
        }
    }

    private static void Parallel(int threads, Action<int> body)
    {
        Task[] tasks = new Task[threads];
        for (int i = 0; i < threads; i++)
        {
            int index = i;
            tasks[i] = Task.Factory.StartNew(() => body(index), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        Task.WaitAll(tasks);
    }
}
