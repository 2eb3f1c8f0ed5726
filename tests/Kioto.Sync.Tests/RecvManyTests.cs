using System;
using System.Collections;
using System.Collections.Generic;
using System.Threading;
using Kioto.Sync;

namespace Kioto.SyncTests;

public sealed class RecvManyTests
{
    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void ACollectionThatTakesNothingIsRefusedAtOnce(Where where) => Host.Run(where, async _ =>
    {
        (UnboundedMpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.CreateUnbounded<int>();
        sender.Send(1);
        Assert.Throws<ArgumentException>(() => (object)receiver.RecvManyAsync(new int[8], 8));
        Assert.Equal(1, (await receiver.RecvAsync()).Value);
    });

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void ACollectionWhoseAddThrowsLosesNothing(int room) => Host.Run(async _ =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(8);
        for (int i = 0; i < 4; i++)
        {
            Assert.True(sender.TrySend(i).IsSent);
        }

        Narrow narrow = new(room);
        await Assert.ThrowsAsync<NotSupportedException>(async () => await receiver.RecvManyAsync(narrow, 8));
        Assert.Equal(room, narrow.Count);
        Assert.Equal(4 + room, sender.Capacity);
        for (int i = room; i < 4; i++)
        {
            Assert.Equal(i, (await receiver.RecvAsync()).Value);
        }

        Assert.Equal(8, sender.Capacity);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void AnAddThatThrowsAfterAWaitLosesNothingEither(Where where) => Host.Run(where, async spawner =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(8);
        Job job = spawner.Spawn(async () =>
        {
            await Assert.ThrowsAsync<NotSupportedException>(async () => await receiver.RecvManyAsync(new Narrow(0), 8));
            Assert.Equal(7, (await receiver.RecvAsync()).Value);
        });
        await Spawner.Settle();
        Assert.True(sender.TrySend(7).IsSent);
        await job.Join();
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void ACollectionThatReceivesWhenItIsAddedToIsToldOff(Where where) => Host.Run(where, async _ =>
    {
        (UnboundedMpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.CreateUnbounded<int>();
        sender.Send(1);
        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await receiver.RecvManyAsync(new Narrow(1, () => receiver.TryRecv(out int _)), 8));
        Assert.True(receiver.TryRecv(out int value));
        Assert.Equal(1, value);
    });

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void SeveralReceiversTakeBatchesOfAnMpmcChannel(Where where) => Host.Run(where, async spawner =>
    {
        const int Values = 2_000;
        (MpmcSender<int> sender, MpmcReceiver<int> receiver) = Mpmc.Create<int>(64);
        int[] received = new int[Values];
        List<Job> jobs = [];
        for (int i = 0; i < 3; i++)
        {
            MpmcReceiver<int> mine = receiver.Clone();
            jobs.Add(spawner.Spawn(async () =>
            {
                List<int> batch = [];
                while (await mine.RecvManyAsync(batch, 40) > 0)
                {
                    Assert.InRange(batch.Count, 1, 40);
                    foreach (int value in batch)
                    {
                        Assert.Equal(1, Interlocked.Increment(ref received[value]));
                    }

                    batch.Clear();
                }

                mine.Dispose();
            }));
        }

        for (int i = 0; i < Values; i++)
        {
            Assert.True((await sender.SendAsync(i)).IsSent);
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
    public void ABatchOfAnMpmcChannelIsAsManyAsAreThere(Where where) => Host.Run(where, async spawner =>
    {
        (MpmcSender<int> sender, MpmcReceiver<int> receiver) = Mpmc.CreateUnbounded<int>();
        for (int i = 0; i < 50; i++)
        {
            Assert.True(sender.TrySend(i).IsSent);
        }

        List<int> batch = [];
        Assert.Equal(0, await receiver.RecvManyAsync(batch, 0));
        Assert.Equal(40, await receiver.RecvManyAsync(batch, 40));
        Assert.Equal(10, await receiver.RecvManyAsync(batch, 40));
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(i, batch[i]);
        }

        Job waits = spawner.Spawn(async () => Assert.Equal(1, await receiver.RecvManyAsync(batch, 40)));
        await Spawner.Settle();
        Assert.True(sender.TrySend(50).IsSent);
        await waits.Join();
        sender.Dispose();
        Assert.Equal(0, await receiver.RecvManyAsync(batch, 40));
        Assert.Throws<ArgumentException>(() => (object)receiver.RecvManyAsync(new int[8], 8));
        receiver.Dispose();
        Assert.Throws<ObjectDisposedException>(() => (object)receiver.RecvManyAsync(batch, 8));
    });

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(18)]
    public void WhatAnMpmcBatchDoesNotTakeIsReceivedNext(int room) => Host.Run(async spawner =>
    {
        (MpmcSender<int> sender, MpmcReceiver<int> receiver) = Mpmc.Create<int>(40);
        for (int i = 0; i < 40; i++)
        {
            Assert.True(sender.TrySend(i).IsSent);
        }

        sender.Dispose();
        await Assert.ThrowsAsync<NotSupportedException>(async () => await receiver.RecvManyAsync(new Narrow(room), 40));
        Assert.Equal(40 - room, receiver.Count);
        for (int i = room; i < 40; i++)
        {
            Assert.Equal(i, (await receiver.RecvAsync()).Value);
        }

        Assert.True((await receiver.RecvAsync()).IsClosed);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void ACancelledMpmcBatchLosesNothing(Where where) => Host.Run(where, async spawner =>
    {
        (MpmcSender<int> sender, MpmcReceiver<int> receiver) = Mpmc.Create<int>(4);
        List<int> batch = [];
        Parked<int> arm = new(receiver.RecvManyAsync(batch, 4));
        Assert.False(arm.Poll());
        Assert.True(sender.TrySend(1).IsSent);
        arm.Dispose();
        Assert.Empty(batch);
        Assert.Equal(1, (await receiver.RecvAsync()).Value);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void ACancelledBroadcastBatchLosesNothing(Where where) => Host.Run(where, async _ =>
    {
        (BroadcastSender<int> sender, BroadcastReceiver<int> receiver) = Broadcast.Create<int>(4);
        List<int> batch = [];
        Parked<BroadcastRecvResult<int>> arm = new(receiver.RecvManyAsync(batch, 4));
        Assert.False(arm.Poll());
        sender.Send(1);
        arm.Dispose();
        Assert.Empty(batch);
        Assert.Equal(1, (await receiver.RecvAsync()).Value);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void ABatchOfABroadcastIsAsManyAsAreThere(Where where) => Host.Run(where, async spawner =>
    {
        (BroadcastSender<int> sender, BroadcastReceiver<int> receiver) = Broadcast.Create<int>(32);
        BroadcastReceiver<int> other = sender.Subscribe();
        List<int> batch = [];
        Assert.Equal(0, (await receiver.RecvManyAsync(batch, 0)).Value);
        Job waits = spawner.Spawn(async () => Assert.Equal(1, (await receiver.RecvManyAsync(batch, 40)).Value));
        await Spawner.Settle();
        sender.Send(0);
        await waits.Join();
        for (int i = 1; i < 30; i++)
        {
            sender.Send(i);
        }

        Assert.Equal(20, (await receiver.RecvManyAsync(batch, 20)).Value);
        Assert.Equal(9, (await receiver.RecvManyAsync(batch, 20)).Value);
        for (int i = 0; i < 30; i++)
        {
            Assert.Equal(i, batch[i]);
        }

        Assert.Equal(30, other.Count);
        for (int i = 30; i < 64; i++)
        {
            sender.Send(i);
        }

        batch.Clear();
        Assert.Equal(2, (await receiver.RecvManyAsync(batch, 20)).Missed);
        Assert.Equal(32, (await receiver.RecvManyAsync(batch, 100)).Value);
        Assert.Equal(32, batch[0]);
        Assert.Equal(63, batch[^1]);
        sender.Dispose();
        Assert.True((await receiver.RecvManyAsync(batch, 20)).IsClosed);
        Assert.Throws<ArgumentException>(() => (object)receiver.RecvManyAsync(new int[8], 8));
        receiver.Dispose();
        Assert.Throws<ObjectDisposedException>(() => (object)receiver.RecvManyAsync(batch, 8));
    });

    [Theory]
    [InlineData(0)]
    [InlineData(18)]
    public void WhatALosslessBatchDoesNotTakeIsReceivedNext(int room) => Host.Run(async _ =>
    {
        (LosslessSender<int> sender, BroadcastReceiver<int> receiver) = Broadcast.CreateLossless<int>(32);
        for (int i = 0; i < 32; i++)
        {
            Assert.True(sender.TrySend(i).IsSent);
        }

        await Assert.ThrowsAsync<NotSupportedException>(async () => await receiver.RecvManyAsync(new Narrow(room), 40));
        Assert.Equal(32 - room, receiver.Count);
        for (int i = 0; i < room; i++)
        {
            Assert.True(sender.TrySend(32 + i).IsSent);
        }

        Assert.True(sender.TrySend(-1).IsFull);
        for (int i = room; i < 32 + room; i++)
        {
            Assert.Equal(i, (await receiver.RecvAsync()).Value);
        }
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void AReceiverThatEndsWhileItsBatchIsTakenReadsNothingOfOthers(Where where) => Host.Run(where, async _ =>
    {
        (LosslessSender<int> sender, BroadcastReceiver<int> receiver) = Broadcast.CreateLossless<int>(4);
        BroadcastReceiver<int> other = sender.Subscribe();
        Assert.True(sender.TrySend(1).IsSent);
        Assert.True(sender.TrySend(2).IsSent);
        Narrow disposing = new(8, receiver.Dispose);
        Assert.Equal(2, (await receiver.RecvManyAsync(disposing, 8)).Value);
        Assert.Equal(1, (await other.RecvAsync()).Value);
        Assert.Equal(2, (await other.RecvAsync()).Value);
        for (int i = 0; i < 4; i++)
        {
            Assert.True(sender.TrySend(i).IsSent);
        }

        Assert.True(sender.TrySend(4).IsFull);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void ACollectionThatReceivesFromItsBroadcastGetsEachValueOnce(Where where) => Host.Run(where, async _ =>
    {
        (BroadcastSender<int> sender, BroadcastReceiver<int> receiver) = Broadcast.Create<int>(4);
        sender.Send(1);
        Narrow asking = new(8, () =>
        {
            Parked<BroadcastRecvResult<int>> nested = new(receiver.RecvAsync());
            Assert.True(nested.Poll());
            Assert.Throws<InvalidOperationException>(() => nested.Result());
        });
        Assert.Equal(1, (await receiver.RecvManyAsync(asking, 8)).Value);
        Assert.True(receiver.IsEmpty);
    });

    /// <summary>A collection with room for so many.</summary>
    private sealed class Narrow(int room, Action? adding = null) : ICollection<int>
    {
        private readonly List<int> _items = [];

        public int Count => _items.Count;

        public bool IsReadOnly => false;

        public void Add(int item)
        {
            adding?.Invoke();
            if (Count == room)
            {
                throw new NotSupportedException();
            }

            _items.Add(item);
        }

        public void Clear() => _items.Clear();

        public bool Contains(int item) => _items.Contains(item);

        public void CopyTo(int[] array, int arrayIndex) => _items.CopyTo(array, arrayIndex);

        public bool Remove(int item) => _items.Remove(item);

        public IEnumerator<int> GetEnumerator() => _items.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
