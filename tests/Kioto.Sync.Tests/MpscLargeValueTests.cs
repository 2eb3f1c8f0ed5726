using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using Kioto.Sync;

namespace Kioto.SyncTests;

/// <summary>Values that travel in parcels, as they are too large for the channel's ring.</summary>
public sealed class MpscLargeValueTests
{
    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void TheyArriveInTheOrderOfEachSender(Where where) => Host.Run(where, async spawner =>
    {
        const int Senders = 3;
        const int Each = 300;
        (MpscSender<Large> sender, MpscReceiver<Large> receiver) = Mpsc.Create<Large>(7);
        List<Job> jobs = [];
        for (int i = 0; i < Senders; i++)
        {
            int mine = i;
            MpscSender<Large> clone = sender.Clone();
            jobs.Add(spawner.Spawn(async () =>
            {
                using (clone)
                {
                    for (int j = 0; j < Each; j++)
                    {
                        Assert.True((await clone.SendAsync(new Large(mine, j))).IsSent);
                    }
                }
            }));
        }

        sender.Dispose();
        int[] next = new int[Senders];
        while ((await receiver.RecvAsync()).TryGetValue(out Large item))
        {
            Assert.Equal(next[item.Sender]++, item.Number);
        }

        Assert.All(next, n => Assert.Equal(Each, n));
        foreach (Job job in jobs)
        {
            await job.Join();
        }
    });

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void UnboundedOnesAreTakenByTheBatch(Where where) => Host.Run(where, async spawner =>
    {
        (UnboundedMpscSender<Large> sender, MpscReceiver<Large> receiver) = Mpsc.CreateUnbounded<Large>();
        Job job = spawner.Spawn(async () =>
        {
            for (int i = 0; i < 500; i++)
            {
                Assert.True(sender.Send(new Large(1, i)).IsSent);
                if (i % 50 == 0)
                {
                    await Kio.YieldNow();
                }
            }

            sender.Dispose();
        });

        List<Large> all = [];
        while (await receiver.RecvManyAsync(all, 20) > 0)
        {
        }

        Assert.Equal(500, all.Count);
        for (int i = 0; i < 500; i++)
        {
            Assert.Equal(i, all[i].Number);
        }

        await job.Join();
    });

    [Fact]
    public void WhatIsNotSentComesBack() => Host.Run(Where.CurrentThread, async _ =>
    {
        (MpscSender<Large> sender, MpscReceiver<Large> receiver) = Mpsc.Create<Large>(1);
        SendResult<Large> sent = await sender.SendAsync(new Large(1, 1));
        Assert.True(sent.IsSent);
        Assert.False(sent.TryGetRejected(out Large nothing));
        Assert.Equal(0, nothing.Number);

        SendResult<Large> full = sender.TrySend(new Large(1, 2));
        Assert.True(full.IsFull);
        Assert.True(full.TryGetRejected(out Large second));
        Assert.Equal(2, second.Number);

        Assert.Equal(1, (await receiver.RecvAsync()).Value.Number);
        receiver.Dispose();
        SendResult<Large> closed = await sender.SendAsync(new Large(1, 3));
        Assert.True(closed.IsClosed);
        Assert.True(closed.TryGetRejected(out Large third));
        Assert.Equal(3, third.Number);
        sender.Dispose();
    });

    [Fact]
    public void AnAwaitedCopyAsksAnew() => Host.Run(Where.CurrentThread, async _ =>
    {
        (MpscSender<Large> sender, MpscReceiver<Large> receiver) = Mpsc.Create<Large>(4);
        Future<SendResult<Large>> send = sender.SendAsync(new Large(1, 5));
#pragma warning disable KIO0004 // A future of a direct operation that is awaited twice asks twice.
        Assert.True((await send).IsSent);
        Assert.True((await send).IsSent);
#pragma warning restore KIO0004
        Assert.Equal(5, (await receiver.RecvAsync()).Value.Number);
        Assert.Equal(5, (await receiver.RecvAsync()).Value.Number);
        Assert.True(receiver.IsEmpty);
    });

    [Fact]
    public void AParcelKeepsNothingThatItCarried() => Host.Run(Where.CurrentThread, async _ =>
    {
        (MpscSender<Holding> sender, MpscReceiver<Holding> receiver) = Mpsc.Create<Holding>(4);
        WeakReference carried = Send(sender);
        Receive(receiver);
        GC.Collect();
        Assert.False(carried.IsAlive);
        await Kio.YieldNow();
        GC.KeepAlive(sender);
        GC.KeepAlive(receiver);
    });

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Send(MpscSender<Holding> sender)
    {
        Holding holding = default;
        holding.Object = new object();
        holding.Words[0] = 1;
        Assert.True(sender.TrySend(holding).IsSent);
        return new WeakReference(holding.Object);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Receive(MpscReceiver<Holding> receiver)
    {
        Assert.True(receiver.TryRecv(out Holding holding));
        Assert.NotNull(holding.Object);
    }

    [InlineArray(64)]
    private struct Words
    {
        private long _first;
    }

    private struct Holding
    {
        internal object? Object;
        internal Words Words;
    }

    private readonly struct Large
    {
        private readonly Words _words;

        internal Large(int sender, int number)
        {
            _words[0] = sender;
            for (int i = 1; i < 64; i++)
            {
                _words[i] = number;
            }
        }

        internal int Sender => (int)_words[0];

        internal int Number
        {
            get
            {
                for (int i = 1; i < 64; i++)
                {
                    Assert.Equal(_words[1], _words[i]);
                }

                return (int)_words[1];
            }
        }
    }
}
