using System;
using System.Collections.Generic;
using Kioto.Sync;

namespace Kioto.SyncTests;

/// <summary>More waiters than are told under one hold of a lock: all are told, in order, and those who leave meanwhile are none of them.</summary>
public sealed class ManyWaitersTests
{
    private const int Many = 100;

    [Fact]
    public void WhatComesAtOnceGoesToThoseWhoCameFirst() => Host.Run(_ =>
    {
        const int Enough = Many / 2;
        AsyncSemaphore semaphore = new(0);
        List<Parked<SemaphorePermit>> waiting = [];
        for (int i = 0; i < Many; i++)
        {
            waiting.Add(new(semaphore.AcquireAsync()));
            Assert.False(waiting[i].Poll());
        }

        semaphore.AddPermits(Enough);
        for (int i = 0; i < Many; i++)
        {
            Assert.Equal(i < Enough, waiting[i].Poll());
        }

        semaphore.AddPermits(Many - Enough);
        for (int i = 0; i < Many; i++)
        {
            Assert.True(i < Enough || waiting[i].Poll());
            waiting[i].Result().Forget();
        }

        Assert.Equal(0, semaphore.AvailablePermits);
        return Future.Completed;
    });

    [Fact]
    public void AllLearnTheEnd() => Host.Run(async spawner =>
    {
        AsyncSemaphore semaphore = new(0);
        (MpmcSender<int> sender, MpmcReceiver<int> receiver) = Mpmc.Create<int>(1);
        List<Job> jobs = StartAll(spawner, async i =>
        {
            await Assert.ThrowsAsync<ClosedException>(async () => await semaphore.AcquireAsync());
            Assert.True((await receiver.RecvAsync()).IsClosed);
        });
        await Spawner.Settle();
        semaphore.Close();
        await Spawner.Settle();
        sender.Dispose();
        await JoinAll(jobs);
    });

    [Fact]
    public void WhoLeavesWhenAllAreNotifiedHadNothingToGiveOn() => Host.Run(async spawner =>
    {
        Notify notify = new();
        List<Parked<Unit>> waiting = [];
        for (int i = 0; i < Many; i++)
        {
            waiting.Add(Parked<Unit>.Of(notify.NotifiedAsync()));
            Assert.False(waiting[i].Poll());
        }

        notify.NotifyWaiters();
        for (int i = 0; i < Many; i += 2)
        {
            waiting[i].Dispose();
        }

        for (int i = 1; i < Many; i += 2)
        {
            Assert.True(waiting[i].Poll());
        }

        // Nothing was stored by those who left: they had nothing of their own.
        Parked<Unit> next = Parked<Unit>.Of(notify.NotifiedAsync());
        Assert.False(next.Poll());
        notify.NotifyOne();
        Assert.True(next.Poll());
        next.Result();
    });

    [Fact]
    public void AStormOfWaitersThatAreAbortedWhileAllAreNotified() => Host.Run(Where.MultiThread, async spawner =>
    {
        Notify notify = new();
        for (int round = 0; round < 30; round++)
        {
            List<Job> jobs = StartAll(spawner, _ => notify.NotifiedAsync());
            Job aborting = spawner.Spawn(async () =>
            {
                for (int i = 0; i < Many; i += 2)
                {
                    await jobs[i].Cancel();
                }
            });

            // Until those who stay have all been reached; each call reaches who waits, while others leave.
            for (int i = 1; i < Many; i += 2)
            {
                while (!jobs[i].IsFinished)
                {
                    notify.NotifyWaiters();
                    await Kio.YieldNow();
                }
            }

            await aborting.Join();
        }

        // Nobody who left has stored anything, and nobody is waiting any more.
        using Parked<Unit> next = Parked<Unit>.Of(notify.NotifiedAsync());
        Assert.False(next.Poll());
    });

    [Fact]
    public void ABarrierOfManyMeetsAgainAndAgain() => Host.Run(Where.MultiThread, async spawner =>
    {
        AsyncBarrier barrier = new(Many);
        int leaders = 0;
        List<Job> jobs = StartAll(spawner, async _ =>
        {
            for (int round = 0; round < 20; round++)
            {
                if (await barrier.WaitAsync())
                {
                    System.Threading.Interlocked.Increment(ref leaders);
                }
            }
        });
        await JoinAll(jobs);
        Assert.Equal(20, leaders);
    });

    [Fact]
    public void ABroadcastAndAWatchReachThemAll() => Host.Run(Where.MultiThread, async spawner =>
    {
        (LosslessSender<int> sender, BroadcastReceiver<int> receiver) = Broadcast.CreateLossless<int>(4);
        (WatchSender<int> watched, WatchReceiver<int> watcher) = Watch.Create(0);
        List<Job> jobs = StartAll(spawner, async _ =>
        {
            using BroadcastReceiver<int> mine = sender.Subscribe();
            using WatchReceiver<int> value = watcher.Clone();
            for (int i = 0; i < 50; i++)
            {
                Assert.Equal(i, (await mine.RecvAsync()).Value);
            }

            await value.WaitForAsync(static last => last == 50);
        });
        receiver.Dispose();
        await Spawner.Until(() => sender.ReceiverCount == Many);
        for (int i = 0; i < 50; i++)
        {
            Assert.True((await sender.SendAsync(i)).IsSent);
            watched.Send(i + 1);
        }

        await JoinAll(jobs);
    });

    private static List<Job> StartAll(Spawner spawner, Func<int, Future> body)
    {
        List<Job> jobs = [];
        for (int i = 0; i < Many; i++)
        {
            int mine = i;
            jobs.Add(spawner.Spawn(() => body(mine)));
        }

        return jobs;
    }

    private static async Future JoinAll(List<Job> jobs)
    {
        foreach (Job job in jobs)
        {
            await job.Join();
        }
    }
}
