using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using Kioto.Sync;

namespace Kioto.SyncTests;

public sealed class BroadcastTests
{
    private static T Next<T>(BroadcastReceiver<T> receiver)
    {
        Assert.True(receiver.TryRecv(out BroadcastRecvResult<T> result));
        return result.Value;
    }

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void EveryReceiverGetsEverything(Where where) => Host.Run(where, async spawner =>
    {
        (BroadcastSender<int> sender, BroadcastReceiver<int> first) = Broadcast.Create<int>(1024);
        List<Job> jobs = [];
        foreach (BroadcastReceiver<int> receiver in new[] { first, sender.Subscribe(), first.Resubscribe() })
        {
            jobs.Add(spawner.Spawn(async () =>
            {
                int next = 0;
                await foreach (int value in receiver)
                {
                    Assert.Equal(next++, value);
                }

                Assert.Equal(500, next);
                receiver.Dispose();
            }));
        }

        for (int i = 0; i < 500; i++)
        {
            Assert.True(sender.Send(i).IsSent);
            if (i % 50 == 0)
            {
                await Kio.YieldNow();
            }
        }

        sender.Dispose();
        foreach (Job job in jobs)
        {
            await job.Join();
        }
    });

    [Fact]
    public void ASlowReceiverIsToldOnceHowManyItMissed()
    {
        (BroadcastSender<int> sender, BroadcastReceiver<int> receiver) = Broadcast.Create<int>(3);
        Assert.Equal(4, sender.Capacity);
        for (int i = 0; i < 10; i++)
        {
            sender.Send(i);
        }

        Assert.Equal(10, receiver.Count);
        Assert.True(receiver.TryRecv(out BroadcastRecvResult<int> result));
        Assert.True(result.IsLagged);
        Assert.False(result.IsClosed);
        Assert.Equal(6, result.Missed);
        Assert.Equal(6, Assert.Throws<LaggedException>(() => result.Value).Missed);
        for (int i = 6; i < 10; i++)
        {
            Assert.Equal(i, Next(receiver));
        }

        Assert.False(receiver.TryRecv(out _));
        Assert.True(receiver.IsEmpty);
        sender.Send(10);
        Assert.Equal(10, Next(receiver));
    }

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void EnumeratingThrowsWhereValuesWereMissedAndGoesOn(Where where) => Host.Run(where, async _ =>
    {
        (BroadcastSender<int> sender, BroadcastReceiver<int> receiver) = Broadcast.Create<int>(2);
        for (int i = 0; i < 5; i++)
        {
            sender.Send(i);
        }

        sender.Dispose();
        LaggedException lagged = await Assert.ThrowsAsync<LaggedException>(async () =>
        {
            await foreach (int value in receiver)
            {
                Assert.Fail($"{value}");
            }
        });
        Assert.Equal(3, lagged.Missed);
        List<int> rest = [];
        await foreach (int value in receiver)
        {
            rest.Add(value);
        }

        Assert.Equal([3, 4], rest);
    });

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void TheEndIsSeenAfterTheLastValue(Where where) => Host.Run(where, async spawner =>
    {
        (BroadcastSender<int> sender, BroadcastReceiver<int> receiver) = Broadcast.Create<int>(2);
        sender.Send(1);
        BroadcastSender<int> clone = sender.Clone();
        sender.Dispose();
        Assert.False(receiver.IsClosed);
        Job receiving = spawner.Spawn(async () =>
        {
            Assert.Equal(1, (await receiver.RecvAsync()).Value);
            BroadcastRecvResult<int> end = await receiver.RecvAsync();
            Assert.True(end.IsClosed);
            Assert.Throws<ClosedException>(() => end.Value);
        });
        await Spawner.Settle();
        clone.Dispose();
        await receiving.Join();
        Assert.True(receiver.IsClosed);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void WithoutReceiversSendingFailsUntilOneSubscribes(Where where) => Host.Run(where, async _ =>
    {
        (BroadcastSender<int> sender, BroadcastReceiver<int> receiver) = Broadcast.Create<int>(2);
        receiver.Dispose();
        await sender.ClosedAsync();
        Assert.True(sender.Send(1).TryGetRejected(out int back));
        Assert.Equal(1, back);
        using BroadcastReceiver<int> again = sender.Subscribe();
        Assert.Equal(1, sender.ReceiverCount);
        Assert.True(sender.Send(2).IsSent);
        Assert.Equal(2, Next(again));
        Assert.Throws<ObjectDisposedException>(() => receiver.RecvAsync());
        Assert.Throws<ObjectDisposedException>(() => receiver.Resubscribe());
    });

    [Fact]
    public void SubscribersSeeLaterValuesOnly()
    {
        (BroadcastSender<int> sender, BroadcastReceiver<int> first) = Broadcast.Create<int>(4);
        sender.Send(1);
        BroadcastReceiver<int> second = sender.Subscribe();
        BroadcastReceiver<int> third = first.Resubscribe();
        sender.Send(2);
        Assert.Equal(1, Next(first));
        Assert.Equal(2, Next(second));
        Assert.Equal(2, Next(third));
        Assert.True(first.SameChannel(second));
        Assert.Equal(1, sender.Count);
        Assert.Equal(2, Next(first));
        Assert.True(sender.IsEmpty);
    }

    [Fact]
    public void AValueIsLetGoOfAfterItsLastReceiver()
    {
        (BroadcastSender<object> sender, BroadcastReceiver<object> first) = Broadcast.Create<object>(4);
        BroadcastReceiver<object> second = sender.Subscribe();
        WeakReference value = Send(sender);
        Receive(first);
        GC.Collect();
        Assert.True(value.IsAlive);
        second.Dispose();
        GC.Collect();
        Assert.False(value.IsAlive);
        GC.KeepAlive(sender);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Send(BroadcastSender<object> sender)
    {
        object value = new();
        sender.Send(value);
        return new WeakReference(value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Receive(BroadcastReceiver<object> receiver) => Assert.NotNull(Next(receiver));

    [Fact]
    public void WeakSendersDoNotKeepItOpen()
    {
        (BroadcastSender<int> sender, BroadcastReceiver<int> receiver) = Broadcast.Create<int>(4);
        using WeakBroadcastSender<int> weak = sender.Downgrade();
        Assert.True(weak.TryUpgrade(out BroadcastSender<int>? strong));
        Assert.True(strong.SameChannel(sender));
        Assert.Equal((2, 1), (receiver.SenderStrongCount, receiver.SenderWeakCount));
        sender.Dispose();
        strong.Dispose();
        Assert.False(weak.TryUpgrade(out _));
        Assert.True(receiver.TryRecv(out BroadcastRecvResult<int> end));
        Assert.True(end.IsClosed);
        Assert.Throws<ObjectDisposedException>(() => sender.Send(1));
    }

    [Theory]
    [MemberData(nameof(Host.Runtimes), MemberType = typeof(Host))]
    public void ACancelledReceiveLosesNothing(Where where) => Host.Run(where, async spawner =>
    {
        (BroadcastSender<int> sender, BroadcastReceiver<int> receiver) = Broadcast.Create<int>(4);
        Job cancelled = spawner.Spawn(async () => await receiver.RecvAsync());
        await Spawner.Settle();
        await cancelled.Cancel();
        sender.Send(1);
        Assert.Equal(1, (await receiver.RecvAsync()).Value);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void TwoReceivesAtOnceAreMisuse(Where where) => Host.Run(where, async _ =>
    {
        (BroadcastSender<int> sender, BroadcastReceiver<int> receiver) = Broadcast.Create<int>(4);
        using (Parked<BroadcastRecvResult<int>> arm = new(receiver.RecvAsync()))
        {
            Assert.False(arm.Poll());
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await receiver.RecvAsync());
        }

        sender.Send(1);
        Assert.Equal(1, (await receiver.RecvAsync()).Value);
        Assert.Throws<ArgumentOutOfRangeException>(() => Broadcast.Create<int>(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Broadcast.Create<int>(int.MaxValue));
    });

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void LosslessWaitsForTheSlowest(Where where) => Host.Run(where, async spawner =>
    {
        (LosslessSender<int> sender, BroadcastReceiver<int> first) = Broadcast.CreateLossless<int>(4);
        BroadcastReceiver<int> slow = sender.Subscribe();
        List<Job> jobs = [];
        foreach (BroadcastReceiver<int> receiver in new[] { first, slow })
        {
            jobs.Add(spawner.Spawn(async () =>
            {
                int next = 0;
                await foreach (int value in receiver)
                {
                    Assert.Equal(next++, value);
                    if (ReferenceEquals(receiver, slow) && next % 7 == 0)
                    {
                        await Spawner.Settle();
                    }
                }

                Assert.Equal(300, next);
            }));
        }

        for (int i = 0; i < 300; i++)
        {
            Assert.True((await sender.SendAsync(i)).IsSent);
            Assert.InRange(sender.Count, 0, 4);
        }

        sender.Dispose();
        foreach (Job job in jobs)
        {
            await job.Join();
        }
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void LosslessRoomComesBackWhenAReceiverLeaves(Where where) => Host.Run(where, async spawner =>
    {
        (LosslessSender<int> sender, BroadcastReceiver<int> first) = Broadcast.CreateLossless<int>(2);
        BroadcastReceiver<int> second = sender.Subscribe();
        Assert.True(sender.TrySend(1).IsSent);
        Assert.True(sender.TrySend(2).IsSent);
        Assert.True(sender.TrySend(3).IsFull);
        Job waiting = spawner.Spawn(async () => Assert.True((await sender.SendAsync(3)).IsSent));
        Assert.Equal(1, Next(first));
        Assert.Equal(2, Next(first));
        await Spawner.Settle();
        Assert.False(waiting.IsFinished);
        second.Dispose();
        await waiting.Join();
        Assert.Equal(3, Next(first));

        Assert.True(sender.TrySend(4).IsSent);
        Assert.True(sender.TrySend(5).IsSent);
        Job rejected = spawner.Spawn(async () => Assert.True((await sender.SendAsync(6)).IsClosed));
        Job rejectedToo = spawner.Spawn(async () => Assert.True((await sender.SendAsync(7)).IsClosed));
        await Spawner.Settle();
        first.Dispose();
        await rejected.Join();
        await rejectedToo.Join();
        await sender.ClosedAsync();
        Assert.True(sender.TrySend(8).IsClosed);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void AChannelMadeWithoutAReceiver(Where where) => Host.Run(where, async spawner =>
    {
        using BroadcastSender<int> sender = Broadcast.CreateSender<int>(3);
        Assert.Equal((0, 4, 0), (sender.ReceiverCount, sender.Capacity, sender.Count));
        await sender.ClosedAsync(); // There is no receiver.
        Assert.True(sender.Send(1).TryGetRejected(out int back));
        Assert.Equal(1, back);
        using BroadcastReceiver<int> receiver = sender.Subscribe();
        Job closed = spawner.Spawn(async () => await sender.ClosedAsync());
        Assert.True(sender.Send(2).IsSent);
        Assert.Equal(2, (await receiver.RecvAsync()).Value);
        await Spawner.Settle();
        Assert.False(closed.IsFinished);
        receiver.Dispose();
        await closed.Join();
        Assert.Throws<ArgumentOutOfRangeException>(() => Broadcast.CreateSender<int>(0));

        using LosslessSender<int> lossless = Broadcast.CreateLosslessSender<int>(1);
        Assert.True((await lossless.SendAsync(1)).IsClosed);
        Assert.True((await lossless.SendAsync(1)).IsClosed); // The place has been given back.
        using BroadcastReceiver<int> slow = lossless.Subscribe();
        Assert.True(lossless.TrySend(2).IsSent);
        Assert.True(lossless.TrySend(3).IsFull);
        Assert.Equal(2, (await slow.RecvAsync()).Value);
    });
}
