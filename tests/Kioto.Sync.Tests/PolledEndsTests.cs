using System;
using System.Collections.Generic;
using System.Threading;
using Kioto.Sync;

namespace Kioto.SyncTests;

/// <summary>PollSemaphore and PollSender: for hand-written futures, which may move from task to task between two polls.</summary>
public sealed class PolledEndsTests
{
    [Fact]
    public void ASemaphorePolledByTwoTasksInTurnMixesNothingUp()
    {
        AsyncSemaphore other = new(0);
        AsyncSemaphore semaphore = new(0);
        using PollSemaphore polled = new(semaphore);
        using PollSemaphore parked = new(other);
        Turner first = new();
        Turner second = new();
        Assert.False(Poll(parked, second).IsReady);
        other.AddPermits(1);
        Assert.False(Poll(polled, first).IsReady);
        semaphore.AddPermits(1);
        Poll(polled, second).Value.Forget(); // Given to the first task, taken in the second.
        Assert.False(Poll(polled, second).IsReady);
        semaphore.AddPermits(1);
        first.Turn();
        second.Turn();
        Assert.Equal(1, other.AvailablePermits);
        Assert.Equal(1, semaphore.AvailablePermits);
    }

    [Fact]
    public void ASenderPolledByTwoTasksInTurnMixesNothingUp()
    {
        AsyncSemaphore other = new(0);
        using PollSemaphore parked = new(other);
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(1);
        using PollSender<int> polled = new(sender);
        Turner first = new();
        Turner second = new();
        Assert.False(Poll(parked, second).IsReady);
        other.AddPermits(1);
        Assert.True(sender.TrySend(1).IsSent);
        Assert.False(Poll(polled, first).IsReady);
        Assert.True(receiver.TryRecv(out _));
        Assert.True(Poll(polled, second).Value);
        polled.SendItem(2);
        Assert.False(Poll(polled, second).IsReady);
        Assert.True(receiver.TryRecv(out _));
        first.Turn();
        second.Turn();
        Assert.Equal(1, other.AvailablePermits);
        Assert.Equal(1, sender.Capacity);
    }

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void ALoopOfPollsLetsOthersRun(Where where) => Host.Run(where, async spawner =>
    {
        AsyncSemaphore semaphore = new(1);
        using PollSemaphore polled = new(semaphore);
        bool stop = false;
        Job other = spawner.Spawn(async () =>
        {
            await Kio.YieldNow();
            Volatile.Write(ref stop, true);
        });
        PollUntil future = new(polled, () => Volatile.Read(ref stop));
        await future.AsFuture();
        await other.Join();
    });

    [Fact]
    public void AfterItsEndItThrows()
    {
        AsyncSemaphore semaphore = new(0);
        PollSemaphore polled = new(semaphore);
        Turner task = new();
        Assert.False(Poll(polled, task).IsReady);
        polled.Dispose();
        polled.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Poll(polled, task));
        semaphore.AddPermits(1);
        Assert.Equal(1, semaphore.AvailablePermits);

        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(1);
        PollSender<int> reserving = new(sender);
        Assert.True(Poll(reserving, task).Value);
        reserving.Dispose();
        reserving.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Poll(reserving, task));
        Assert.Throws<ObjectDisposedException>(() => reserving.SendItem(1));
        Assert.True(receiver.IsClosed);
    }

    [Fact]
    public void AReceiverIsPolled()
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(2);
        PollReceiver<int> polled = new(receiver);
        Turner task = new();
        Assert.False(Poll(polled, task).IsReady);
        Assert.Throws<InvalidOperationException>(() => receiver.TryRecv(out int _)); // It is receiving.
        sender.TrySend(1);
        sender.TrySend(2);
        Assert.Equal(1, Poll(polled, task).Value.Value);
        Assert.True(receiver.TryRecv(out int second));
        Assert.Equal(2, second);
        Assert.False(Poll(polled, task).IsReady);
        sender.Dispose();
        Assert.True(Poll(polled, task).Value.IsClosed);
        polled.Dispose();
        polled.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Poll(polled, task));
        Assert.Throws<ObjectDisposedException>(() => receiver.TryRecv(out int _));
    }

    [Fact]
    public void AReceiverIsPolledForSeveral()
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(4);
        using PollReceiver<int> polled = new(receiver);
        Turner task = new();
        List<int> into = [];
        Poll<int> Many(int limit)
        {
            PollContext context = new(task);
            return polled.PollRecvMany(ref context, into, limit);
        }

        Assert.Equal(0, Many(0).Value);
        Assert.False(Many(3).IsReady);
        for (int i = 0; i < 4; i++)
        {
            Assert.True(sender.TrySend(i).IsSent);
        }

        Assert.Equal(3, Many(3).Value);
        sender.Dispose();
        Assert.Equal(1, Many(3).Value);
        Assert.Equal([0, 1, 2, 3], into);
        Assert.Equal(0, Many(3).Value);
        Assert.Throws<ArgumentException>(() =>
        {
            PollContext context = new(task);
            return polled.PollRecvMany(ref context, new int[1], 1);
        });
    }

    [Fact]
    public void ASemaphoreIsPolledForSeveralPermitsAndClosed()
    {
        AsyncSemaphore semaphore = new(1);
        using PollSemaphore polled = new(semaphore);
        Turner task = new();
        Poll<SemaphorePermit> Many(int count)
        {
            PollContext context = new(task);
            return polled.PollAcquireMany(ref context, count);
        }

        Assert.False(Many(3).IsReady);
        semaphore.AddPermits(1);
        Assert.False(Many(3).IsReady);
        using (SemaphorePermit two = Many(2).Value)
        {
            Assert.Equal(2, two.Count); // For which the place of the three was given up.
            Assert.False(Many(3).IsReady);
            semaphore.AddPermits(1);
        }

        Many(3).Value.Dispose();
        Assert.Equal(3, semaphore.AvailablePermits);
        polled.Close();
        Assert.True(semaphore.IsClosed);
        Assert.Throws<ClosedException>(() => Many(1));
    }

    [Fact]
    public void ASendThatIsAbortedWhileItWaitsGivesUpItsPlace()
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(1);
        using PollSender<int> polled = new(sender);
        Turner task = new();
        Assert.True(sender.TrySend(1).IsSent);
        Assert.False(polled.AbortSend());
        Assert.False(Poll(polled, task).IsReady);
        Assert.True(polled.AbortSend());
        Assert.False(polled.AbortSend());
        Assert.True(receiver.TryRecv(out _));
        Assert.Equal(1, sender.Capacity);
        Assert.True(sender.TrySend(2).IsSent);
        Assert.False(Poll(polled, task).IsReady);
        Assert.True(receiver.TryRecv(out _)); // It has been given the room, and does not know yet.
        Assert.True(polled.AbortSend());
        Assert.Equal(1, sender.Capacity);
        Assert.True(Poll(polled, task).Value);
        Assert.True(polled.AbortSend());
        Assert.Equal(1, sender.Capacity);
    }

    [Fact]
    public void ASenderThatIsClosedMayUseTheRoomThatItReserved()
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(1);
        using PollSender<int> polled = new(sender);
        Turner task = new();
        Assert.True(Poll(polled, task).Value);
        polled.Close();
        polled.Close();
        Assert.True(polled.IsClosed);
        Assert.True(receiver.IsClosed);
        Assert.True(Poll(polled, task).Value);
        polled.SendItem(1);
        Assert.False(Poll(polled, task).Value);
        Assert.Throws<InvalidOperationException>(() => polled.SendItem(2));
        Assert.Equal(1, receiver.Recv().Value);
        Assert.True(receiver.Recv().IsClosed);

        (sender, receiver) = Mpsc.Create<int>(1);
        using MpscSender<int> other = sender.Clone();
        using PollSender<int> waiting = new(sender);
        Assert.True(other.TrySend(1).IsSent);
        Assert.False(Poll(waiting, task).IsReady);
        waiting.Close();
        Assert.False(receiver.IsClosed);
        Assert.True(receiver.TryRecv(out _));
        Assert.Equal(1, other.Capacity);
        Assert.False(Poll(waiting, task).Value);
        Assert.False(waiting.AbortSend());
    }

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void AReceiverThatIsPolledIsWoken(Where where) => Host.Run(where, async spawner =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(2);
        Job sending = spawner.Spawn(async () =>
        {
            for (int i = 1; i <= 100; i++)
            {
                await sender.SendAsync(i);
            }

            sender.Dispose();
        });
        using PollReceiver<int> polled = new(receiver);
        Assert.Equal(5050, await new Sum(polled).AsFuture());
        await sending.Join();
    });

    private static Poll<RecvResult<int>> Poll(PollReceiver<int> receiver, Turner task)
    {
        PollContext context = new(task);
        return receiver.PollRecv(ref context);
    }

    private static Poll<SemaphorePermit> Poll(PollSemaphore semaphore, Turner task)
    {
        PollContext context = new(task);
        return semaphore.PollAcquire(ref context);
    }

    private static Poll<bool> Poll(PollSender<int> sender, Turner task)
    {
        PollContext context = new(task);
        return sender.PollReserve(ref context);
    }

    /// <summary>Adds up what comes, until the end.</summary>
    private sealed class Sum(PollReceiver<int> receiver) : IFuture<int>
    {
        private int _sum;

        public Poll<int> Poll(ref PollContext context)
        {
            while (true)
            {
                Poll<RecvResult<int>> received = receiver.PollRecv(ref context);
                if (!received.IsReady)
                {
                    return Poll<int>.Pending;
                }

                if (!received.Value.HasValue)
                {
                    return Poll<int>.Ready(_sum);
                }

                _sum += received.Value.Value;
            }
        }
    }

    /// <summary>Takes a permit and gives it back, in a loop in its poll, until it has to wait or the condition holds.</summary>
    private sealed class PollUntil(PollSemaphore semaphore, Func<bool> condition) : IFuture<int>
    {
        private int _turns;

        public Poll<int> Poll(ref PollContext context)
        {
            while (!condition())
            {
                Poll<SemaphorePermit> permit = semaphore.PollAcquire(ref context);
                if (!permit.IsReady)
                {
                    return Poll<int>.Pending;
                }

                permit.Value.Dispose();
                _turns++;
            }

            return Poll<int>.Ready(_turns);
        }
    }
}
