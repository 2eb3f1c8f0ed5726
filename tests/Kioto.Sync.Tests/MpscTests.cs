using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Kioto.Sync;

namespace Kioto.SyncTests;

public sealed class MpscTests
{
    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void EverythingArrivesInTheOrderOfEachSender(Where where) => Host.Run(where, async spawner =>
    {
        const int Senders = 5;
        const int Each = 500;
        (MpscSender<(int Sender, int Number)> sender, MpscReceiver<(int Sender, int Number)> receiver) = Mpsc.Create<(int, int)>(7);
        List<Job> jobs = [];
        for (int i = 0; i < Senders; i++)
        {
            int mine = i;
            MpscSender<(int, int)> clone = sender.Clone();
            jobs.Add(spawner.Spawn(async () =>
            {
                using (clone)
                {
                    for (int j = 0; j < Each; j++)
                    {
                        Assert.True((await clone.SendAsync((mine, j))).IsSent);
                    }
                }
            }));
        }

        sender.Dispose();
        int[] next = new int[Senders];
        while ((await receiver.RecvAsync()).TryGetValue(out (int Sender, int Number) item))
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
    public void UnboundedArrivesToo(Where where) => Host.Run(where, async spawner =>
    {
        (UnboundedMpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.CreateUnbounded<int>();
        List<Job> jobs = [];
        for (int i = 0; i < 4; i++)
        {
            UnboundedMpscSender<int> clone = sender.Clone();
            jobs.Add(spawner.Spawn(async () =>
            {
                for (int j = 0; j < 1000; j++)
                {
                    Assert.True(clone.Send(j).IsSent);
                    if (j % 100 == 0)
                    {
                        await Kio.YieldNow();
                    }
                }

                clone.Dispose();
            }));
        }

        sender.Dispose();
        long sum = 0;
        List<int> buffer = [];
        while (await receiver.RecvManyAsync(buffer, 50) > 0)
        {
            Assert.InRange(buffer.Count, 1, 50);
            sum += buffer.Sum();
            buffer.Clear();
        }

        Assert.Equal(4 * 1000L * 999 / 2, sum);
        foreach (Job job in jobs)
        {
            await job.Join();
        }
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void AFullChannelMakesSendersWaitInOrder(Where where) => Host.Run(where, async spawner =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(1);
        Assert.True(sender.TrySend(0).IsSent);
        Assert.True(sender.TrySend(9).IsFull);
        Assert.True(sender.TrySend(9).TryGetRejected(out int rejected));
        Assert.Equal(9, rejected);
        List<Job> jobs = [];
        for (int i = 1; i <= 5; i++)
        {
            int mine = i;
            jobs.Add(spawner.Spawn(async () => await sender.SendAsync(mine)));
            await Spawner.Settle();
        }

        for (int i = 0; i <= 5; i++)
        {
            Assert.Equal(i, (await receiver.RecvAsync()).Value);
        }

        Assert.False(receiver.TryRecv(out _));
        foreach (Job job in jobs)
        {
            await job.Join();
        }
    });

    [Fact]
    public void CapacityIsWhatItWasMadeFor()
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(100);
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(100 - i, sender.Capacity);
            Assert.True(sender.TrySend(i).IsSent);
        }

        Assert.True(sender.TrySend(0).IsFull);
        Assert.Equal(100, receiver.Count);
        Assert.Equal(100, sender.MaxCapacity);
        for (int i = 0; i < 100; i++)
        {
            Assert.True(receiver.TryRecv(out int value));
            Assert.Equal(i, value);
        }

        Assert.True(receiver.IsEmpty);
        Assert.Throws<ArgumentOutOfRangeException>(() => Mpsc.Create<int>(0));
    }

    [Fact]
    public void ALargeCapacityCostsNothingUntilItIsUsed()
    {
        (MpscSender<int> sender, _) = Mpsc.Create<int>(int.MaxValue);
        Assert.Equal(int.MaxValue, sender.Capacity);
    }

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void ClosingHandsTheValueBackAndLetsTheRestBeReceived(Where where) => Host.Run(where, async spawner =>
    {
        (MpscSender<string> sender, MpscReceiver<string> receiver) = Mpsc.Create<string>(1);
        await sender.SendAsync("in");
        Job waiting = spawner.Spawn(async () =>
        {
            SendResult<string> result = await sender.SendAsync("back");
            Assert.True(result.TryGetRejected(out string? back));
            Assert.Equal("back", back);
            Assert.Throws<ClosedException>(result.ThrowIfNotSent);
        });
        Job closed = spawner.Spawn(async () => await sender.ClosedAsync());
        await Spawner.Settle();
        receiver.Close();
        await waiting.Join();
        await closed.Join();
        Assert.True(sender.IsClosed);
        Assert.True(sender.TrySend("late").IsClosed);
        Assert.Equal("in", (await receiver.RecvAsync()).Value);
        Assert.True((await receiver.RecvAsync()).IsClosed);
        Assert.True((await receiver.RecvAsync()).IsClosed);
        await Assert.ThrowsAsync<ClosedException>(async () => await sender.ReserveAsync());
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void PermitsSendAfterClosingAndTheReceiverWaitsForThem(Where where) => Host.Run(where, async spawner =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(3);
        MpscPermit<int> permits = await sender.ReserveManyAsync(2);
        Assert.Equal(2, permits.Remaining);
        Assert.Equal(1, sender.Capacity);
        Assert.False(sender.TryReserveMany(2, out _));
        receiver.Close();
        Job receiving = spawner.Spawn(async () =>
        {
            Assert.Equal(1, (await receiver.RecvAsync()).Value);
            Assert.True((await receiver.RecvAsync()).IsClosed);
        });
        await Spawner.Settle();
        permits.Send(1);
        await Spawner.Settle();
        Assert.False(receiving.IsFinished);
        permits.Dispose();
        await receiving.Join();
        permits.Dispose();
        Assert.Throws<ObjectDisposedException>(() => permits.Send(2));
        Assert.Equal(0, permits.Remaining);
        Assert.Throws<ArgumentOutOfRangeException>(() => sender.ReserveManyAsync(4));
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void ReservingWaitsForAsManyAsAreWanted(Where where) => Host.Run(where, async spawner =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(2);
        Assert.True(sender.TrySend(1).IsSent);
        Job many = spawner.Spawn(async () =>
        {
            using MpscPermit<int> permits = await sender.ReserveManyAsync(2);
            permits.Send(2);
            permits.Send(3);
        });
        await Spawner.Settle();
        Job one = spawner.Spawn(async () => await sender.SendAsync(4));
        await Spawner.Settle();
        for (int i = 1; i <= 4; i++)
        {
            Assert.Equal(i, (await receiver.RecvAsync()).Value);
        }

        await many.Join();
        await one.Join();
    });

    [Theory]
    [MemberData(nameof(Host.Runtimes), MemberType = typeof(Host))]
    public void ACancelledReceiveLosesNothing(Where where) => Host.Run(where, async spawner =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(4);
        Job cancelled = spawner.Spawn(async () => await receiver.RecvAsync());
        await Spawner.Settle();
        await cancelled.Cancel();
        Parked<RecvResult<int>> arm = null!;
        Job parked = spawner.Spawn(() =>
        {
            arm = new Parked<RecvResult<int>>(receiver.RecvAsync());
            Assert.False(arm.Poll());
            Assert.True(sender.TrySend(1).IsSent);
            arm.Dispose();
            return Future.Completed;
        });
        await parked.Join();
        Assert.Equal(1, (await receiver.RecvAsync()).Value);
        List<int> buffer = [];
        Job many = spawner.Spawn(async () => await receiver.RecvManyAsync(buffer, 3));
        await Spawner.Settle();
        await many.Cancel();
        Assert.True(sender.TrySend(2).IsSent);
        Assert.Equal(1, await receiver.RecvManyAsync(buffer, 3));
        Assert.Equal([2], buffer);
        Assert.Equal(0, await receiver.RecvManyAsync(buffer, 0));
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void ACancelledSendLosesItsValueAndNoPlace(Where where) => Host.Run(where, async spawner =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(1);
        await sender.SendAsync(1);
        Job cancelled = spawner.Spawn(async () => await sender.SendAsync(2));
        await Spawner.Settle();
        await cancelled.Cancel();
        Job reserving = spawner.Spawn(async () => (await sender.ReserveAsync()).Dispose());
        await Spawner.Settle();
        await reserving.Cancel();
        Assert.Equal(1, (await receiver.RecvAsync()).Value);
        Assert.Equal(1, sender.Capacity);
        Assert.True(sender.TrySend(3).IsSent);
        Assert.Equal(3, (await receiver.RecvAsync()).Value);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void TwoReceivesAtOnceAreMisuse(Where where) => Host.Run(where, async _ =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(1);
        using (Parked<RecvResult<int>> arm = new(receiver.RecvAsync()))
        {
            Assert.False(arm.Poll());
            InvalidOperationException error =
                await Assert.ThrowsAsync<InvalidOperationException>(async () => await receiver.RecvAsync());
            Assert.Contains("Mpmc", error.Message, StringComparison.Ordinal);
        }

        sender.TrySend(1);
        Assert.Equal(1, (await receiver.RecvAsync()).Value);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void WeakSendersDoNotKeepItOpen(Where where) => Host.Run(where, async unused =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(1);
        using WeakMpscSender<int> weak = sender.Downgrade();
        Assert.True(weak.TryUpgrade(out MpscSender<int>? strong));
        Assert.True(strong.SameChannel(sender));
        Assert.False(strong.SameChannel(Mpsc.Create<int>(1).Sender));
        Assert.Equal((2, 1), (receiver.SenderStrongCount, receiver.SenderWeakCount));
        Assert.Equal((2, 1), (weak.StrongCount, sender.WeakCount));
        sender.Dispose();
        sender.Dispose();
        Assert.False(receiver.IsClosed);
        strong.TrySend(1);
        strong.Dispose();
        Assert.True(receiver.IsClosed);
        Assert.False(weak.TryUpgrade(out _));
        Assert.Equal(1, (await receiver.RecvAsync()).Value);
        Assert.True((await receiver.RecvAsync()).IsClosed);
        Assert.Throws<ObjectDisposedException>(() => sender.TrySend(2));
        Assert.Throws<ObjectDisposedException>(sender.Clone);

        (UnboundedMpscSender<int> unbounded, receiver) = Mpsc.CreateUnbounded<int>();
        using WeakUnboundedMpscSender<int> weaker = unbounded.Downgrade();
        Assert.True(weaker.TryUpgrade(out UnboundedMpscSender<int>? upgraded));
        upgraded.Dispose();
        unbounded.Dispose();
        Assert.False(weaker.TryUpgrade(out _));
        Assert.True((await receiver.RecvAsync()).IsClosed);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void ADisposedReceiverForgetsWhatIsThere(Where where) => Host.Run(where, async _ =>
    {
        (UnboundedMpscSender<object> sender, MpscReceiver<object> receiver) = Mpsc.CreateUnbounded<object>();
        sender.Send(new object());
        receiver.Dispose();
        Assert.True(receiver.IsEmpty);
        Assert.True(sender.Send(1).IsClosed);
        await sender.ClosedAsync();
    });

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void CanBeEnumerated(Where where) => Host.Run(where, async spawner =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(2);
        Job sending = spawner.Spawn(async () =>
        {
            using (sender)
            {
                for (int i = 0; i < 100; i++)
                {
                    await sender.SendAsync(i);
                }
            }
        });
        int next = 0;
        await foreach (int value in receiver)
        {
            Assert.Equal(next++, value);
            if (next == 50)
            {
                break;
            }
        }

        await foreach (int value in (IAsyncEnumerable<int>)receiver)
        {
            Assert.Equal(next++, value);
        }

        Assert.Equal(100, next);
        await sending.Join();
    });

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void ATokenEndsTheEnumeration(Where where) => Host.Run(where, async spawner =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(2);
        using CancellationTokenSource source = new();
        bool first = false;
        Job receiving = spawner.Spawn(async () => await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (int value in ((IAsyncEnumerable<int>)receiver).WithCancellation(source.Token))
            {
                Assert.Equal(1, value);
                Volatile.Write(ref first, true);
            }
        }));
        await sender.SendAsync(1);
        await Spawner.Until(() => Volatile.Read(ref first));
        await Spawner.Settle();
        Assert.False(receiving.IsFinished);
        await source.CancelAsync();
        await receiving.Join();
        await sender.SendAsync(2);
        Assert.Equal(2, (await receiver.RecvAsync()).Value);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void ReceivingIsCooperative(Where where) => Host.Run(where, async spawner =>
    {
        (UnboundedMpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.CreateUnbounded<int>();
        int turns = 0;
        Job other = spawner.Spawn(async () =>
        {
            while (Volatile.Read(ref turns) < 5)
            {
                turns++;
                await Kio.YieldNow();
            }
        });
        int received = 0;
        while (!other.IsFinished)
        {
            sender.Send(1);
            received += (await receiver.RecvAsync()).Value;
        }

        Assert.True(received > 0);
    });

    [Fact]
    public void Blocking() => Host.OnThread(() =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(1);
        Thread thread = new(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                Assert.True(sender.Send(i).IsSent);
            }

            sender.Dispose();
        });
        thread.Start();
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(i, receiver.Recv().Value);
        }

        List<int> rest = [];
        while (receiver.RecvMany(rest, 10) > 0)
        {
        }

        Assert.Equal(50, rest.Count);
        thread.Join();
        Host.Run(_ =>
        {
            Assert.Throws<InvalidOperationException>(() => receiver.Recv());
            return Future.Completed;
        });
    });
}
