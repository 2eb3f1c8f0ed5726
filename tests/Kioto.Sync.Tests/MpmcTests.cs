using System;
using System.Collections.Generic;
using System.Threading;
using Kioto.Sync;

namespace Kioto.SyncTests;

public sealed class MpmcTests
{
    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void EveryValueGoesToOneReceiver(Where where) => Host.Run(where, async spawner =>
    {
        (MpmcSender<int> sender, MpmcReceiver<int> receiver) = Mpmc.Create<int>(5);
        int[] received = new int[2000];
        List<Job> jobs = [];
        for (int i = 0; i < 4; i++)
        {
            int mine = i;
            MpmcSender<int> sending = sender.Clone();
            MpmcReceiver<int> receiving = receiver.Clone();
            jobs.Add(spawner.Spawn(async () =>
            {
                for (int j = 0; j < 500; j++)
                {
                    Assert.True((await sending.SendAsync((mine * 500) + j)).IsSent);
                }

                sending.Dispose();
            }));
            jobs.Add(spawner.Spawn(async () =>
            {
                await foreach (int value in receiving)
                {
                    Assert.Equal(1, Interlocked.Increment(ref received[value]));
                }

                receiving.Dispose();
            }));
        }

        sender.Dispose();
        foreach (Job job in jobs)
        {
            await job.Join();
        }

        Assert.All(received, count => Assert.Equal(1, count));
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void AValueThatAReceiverDoesNotTakeIsNotLostWithTheEnd(Where where) => Host.Run(where, async spawner =>
    {
        (MpmcSender<int> sender, MpmcReceiver<int> receiver) = Mpmc.Create<int>(1);
        using Parked<RecvResult<int>> arm = new(receiver.RecvAsync());
        Assert.False(arm.Poll());
        Job second = spawner.Spawn(async () =>
        {
            Assert.Equal(1, (await receiver.RecvAsync()).Value);
            Assert.True((await receiver.RecvAsync()).IsClosed);
        });
        await Spawner.Settle();

        // The value is given to the arm, which nobody polls, and the channel closes before it is passed on.
        Assert.True(sender.TrySend(1).IsSent);
        sender.Dispose();
        await second.Join();
        Assert.True(arm.Poll());
        Assert.True(arm.Result().IsClosed);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void WhoWaitsWhileTheLastValueIsOutLearnsTheEndWhenItIsTaken(Where where) => Host.Run(where, async spawner =>
    {
        (MpmcSender<int> sender, MpmcReceiver<int> receiver) = Mpmc.Create<int>(1);
        using Parked<RecvResult<int>> arm = new(receiver.RecvAsync());
        Assert.False(arm.Poll());
        Job second = spawner.Spawn(async () => Assert.True((await receiver.RecvAsync()).IsClosed));
        await Spawner.Settle();
        Assert.True(sender.TrySend(1).IsSent);
        sender.Dispose();
        Assert.True(arm.Poll());
        Assert.Equal(1, arm.Result().Value);
        await second.Join();
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void ReceiversAreServedInOrder(Where where) => Host.Run(where, async spawner =>
    {
        (MpmcSender<int> sender, MpmcReceiver<int> receiver) = Mpmc.CreateUnbounded<int>();
        List<(int Receiver, int Value)> order = [];
        List<Job> jobs = [];
        for (int i = 0; i < 3; i++)
        {
            int mine = i;
            jobs.Add(spawner.Spawn(async () => order.Add((mine, (await receiver.RecvAsync()).Value))));
            await Spawner.Settle();
        }

        for (int i = 0; i < 3; i++)
        {
            Assert.True(sender.TrySend(i).IsSent);
            await jobs[i].Join();
        }

        Assert.Equal([(0, 0), (1, 1), (2, 2)], order);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void ClosingHandsValuesBackAndLetsTheRestBeReceived(Where where) => Host.Run(where, async spawner =>
    {
        (MpmcSender<int> sender, MpmcReceiver<int> receiver) = Mpmc.Create<int>(1);
        Assert.True(sender.TrySend(1).IsSent);
        Assert.True(sender.TrySend(2).IsFull);
        Job rejected = spawner.Spawn(async () => Assert.True((await sender.SendAsync(2)).IsClosed));
        Job closed = spawner.Spawn(async () => await sender.ClosedAsync());
        await Spawner.Settle();
        receiver.Close();
        await rejected.Join();
        await closed.Join();
        Assert.True(sender.TrySend(3).IsClosed);
        Assert.Equal(1, (await receiver.RecvAsync()).Value);
        Assert.True((await receiver.RecvAsync()).IsClosed);
        Assert.False(receiver.TryRecv(out _));
    });

    [Theory]
    [MemberData(nameof(Host.Runtimes), MemberType = typeof(Host))]
    public void ACancelledReceiverLosesNoValue(Where where) => Host.Run(where, async spawner =>
    {
        (MpmcSender<int> sender, MpmcReceiver<int> receiver) = Mpmc.Create<int>(4);
        Job given = spawner.Spawn(() =>
        {
            Parked<RecvResult<int>> arm = new(receiver.RecvAsync());
            Assert.False(arm.Poll());
            Assert.True(sender.TrySend(7).IsSent);
            arm.Dispose();
            return Future.Completed;
        });
        await given.Join();
        Assert.Equal(7, (await receiver.RecvAsync()).Value);
        Job cancelled = spawner.Spawn(async () => await receiver.RecvAsync());
        await Spawner.Settle();
        await cancelled.Cancel();
        Assert.True(sender.TrySend(8).IsSent);
        Assert.True(receiver.TryRecv(out int value));
        Assert.Equal(8, value);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void AParkedReceiverHoldsNoValueHostage(Where where) => Host.Run(where, async spawner =>
    {
        (MpmcSender<int> sender, MpmcReceiver<int> receiver) = Mpmc.Create<int>(4);
        using Parked<RecvResult<int>> arm = new(receiver.RecvAsync());
        Assert.False(arm.Poll());
        Job other = spawner.Spawn(async () => Assert.Equal(1, (await receiver.RecvAsync()).Value));
        await Spawner.Settle();
        Assert.True(sender.TrySend(1).IsSent);
        await other.Join();
    });

    [Fact]
    public void TheLastReceiverClosesIt()
    {
        (MpmcSender<int> sender, MpmcReceiver<int> receiver) = Mpmc.Create<int>(4);
        MpmcReceiver<int> clone = receiver.Clone();
        sender.TrySend(1);
        receiver.Dispose();
        receiver.Dispose();
        Assert.False(sender.IsClosed);
        clone.Dispose();
        Assert.True(sender.IsClosed);
        Assert.Equal(0, sender.Count);
        Assert.Throws<ObjectDisposedException>(() => receiver.RecvAsync());
        Assert.Throws<ArgumentOutOfRangeException>(() => Mpmc.Create<int>(0));
    }

    [Fact]
    public void Blocking() => Host.OnThread(() =>
    {
        (MpmcSender<int> sender, MpmcReceiver<int> receiver) = Mpmc.Create<int>(1);
        Thread thread = new(() =>
        {
            for (int i = 0; i < 20; i++)
            {
                sender.Send(i);
            }
        });
        thread.Start();
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(i, receiver.Recv().Value);
        }

        thread.Join();
    });
}
