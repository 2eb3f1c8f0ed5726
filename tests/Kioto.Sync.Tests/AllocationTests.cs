using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Kioto.Sync;

namespace Kioto.SyncTests;

/// <summary>
/// Debug state machines are classes, so zero holds in Release only; Debug checks that the code runs. Code that has not
/// been optimized yet boxes awaiters: each case repeats until it allocates nothing, and fails if it never does.
/// </summary>
public sealed partial class AllocationTests
{
    private const int Turns = 5_000;

#if DEBUG
    private static bool Optimized => false;
#else
    private static bool Optimized => true;
#endif

    [Fact]
    public void Mutex() => Check(new Mutex<int>(0), async mutex =>
    {
        using MutexGuard<int> guard = await mutex.LockAsync();
        guard.Value++;
        await Kio.YieldNow();
    });

    [Fact]
    public void RwLock() => Check(new RwLock<int>(0), async rwLock =>
    {
        using (RwLockReadGuard<int> read = await rwLock.ReadAsync())
        {
            await Kio.YieldNow();
        }

        using RwLockWriteGuard<int> write = await rwLock.WriteAsync();
        await Kio.YieldNow();
    });

    [Fact]
    public void Semaphore() => Check(new AsyncSemaphore(1), async semaphore =>
    {
        using SemaphorePermit permit = await semaphore.AcquireAsync();
        await Kio.YieldNow();
    });

    [Fact]
    public void NotifyAndCancelledWaits()
    {
        // One each: a task may lose its turn between notifying itself and waiting for it.
        CheckPair((new Notify(), new Notify()), async notifies => await OwnTurn(notifies.Item1), async notifies => await OwnTurn(notifies.Item2));

        static async Future OwnTurn(Notify notify)
        {
            Cancel(notify);
            notify.NotifyOne();
            await notify.NotifiedAsync();
            await Kio.YieldNow();
        }
    }

    [Fact]
    public void Barrier() => Check(new AsyncBarrier(2), async barrier => await barrier.WaitAsync());

    [Fact]
    public void Oneshots() => Check(Kioto.Sync.Mpsc.CreateUnbounded<OneshotSender<int>>(), async ends =>
    {
        (OneshotSender<int> sender, OneshotReceiver<int> receiver) = Oneshot.Create<int>();
        ends.Sender.Send(sender);
        if (ends.Receiver.TryRecv(out OneshotSender<int> other))
        {
            other.Send(1);
        }

        await receiver.RecvAsync();
    });

    [Fact]
    public void Mpsc() => CheckPair(Kioto.Sync.Mpsc.Create<int>(2), async ends => await ends.Sender.SendAsync(1), async ends => await ends.Receiver.RecvAsync());

    [Fact]
    public void MpscOfLargeValues() => CheckPair(
        Kioto.Sync.Mpsc.Create<Large>(2),
        async ends => await ends.Sender.SendAsync(default),
        async ends => await ends.Receiver.RecvAsync());

    [Fact]
    public void MpscReserve() => CheckPair(
        Kioto.Sync.Mpsc.Create<int>(2),
        async ends =>
        {
            using MpscPermit<int> permit = await ends.Sender.ReserveAsync();
            permit.Send(1);
        },
        async ends => await ends.Receiver.RecvAsync());

    [Fact]
    public void UnboundedMpsc() => CheckPair(
        Kioto.Sync.Mpsc.CreateUnbounded<int>(),
        async ends =>
        {
            ends.Sender.Send(1);
            await Kio.YieldNow();
        },
        async ends => await ends.Receiver.RecvAsync());

    [Fact]
    public void Broadcast() => CheckPair(
        Kioto.Sync.Broadcast.Create<int>(1024),
        async ends =>
        {
            ends.Sender.Send(1);
            await Kio.YieldNow();
        },
        async ends => await ends.Receiver.RecvAsync());

    [Fact]
    public void LosslessBroadcast() =>
        CheckPair(Kioto.Sync.Broadcast.CreateLossless<int>(2), async ends => await ends.Sender.SendAsync(1), async ends => await ends.Receiver.RecvAsync());

    [Fact]
    public void Mpmc() => CheckPair(Kioto.Sync.Mpmc.Create<int>(2), async ends => await ends.Sender.SendAsync(1), async ends => await ends.Receiver.RecvAsync());

    [Fact]
    public void Watch()
    {
        (WatchSender<int> sender, WatchReceiver<int> receiver) = Kioto.Sync.Watch.Create(0);
        WatchReceiver<int> other = receiver.Clone();
        CheckPair(
            (sender, receiver, other),
            async ends =>
            {
                ends.sender.Send(1);
                ends.other.MarkUnchanged();
                await Kio.YieldNow();
            },
            async ends =>
            {
                await ends.receiver.ChangedAsync();
                ends.sender.Send(2);
            });
    }

    [Fact]
    public void EnabledNotifications()
    {
        CheckPair(Ends(), async notified => await OwnTurn(notified), async notified => await OwnTurn(notified.Other));

        static Turner Ends() => new(new Notify(), new Turner(new Notify(), null!));

        static async Future OwnTurn(Turner turner)
        {
            turner.Notified.Enable();
            turner.Notify.NotifyOne();
            await turner.Notified.WaitAsync();
            await Kio.YieldNow();
        }
    }

    private sealed class Turner(Notify notify, Turner other)
    {
        internal Notify Notify { get; } = notify;

        internal Notified Notified { get; } = notify.CreateNotified();

        internal Turner Other { get; } = other;
    }

    private static void Cancel(Notify notify)
    {
        // As an aborted arm: polled, withdrawn, and its failure taken; without the exception, which is an object.
        Future future = notify.NotifiedAsync();
        FutureSource<Unit> source = future.Source!;
        Ambient ambient = Ambient.Current;
        Assert.False(source.PollLeaf(ambient.Strand!, ambient));
        source.Abandon();
    }

    private static void Check<T>(T state, Func<T, Future> turn) => CheckPair(state, turn, turn);

    private static void CheckPair<T>(T state, Func<T, Future> one, Func<T, Future> two) => Host.OnThread(() =>
    {
        using Runtime runtime = Runtime.CreateCurrentThreadBuilder().Build();
        long start = Stopwatch.GetTimestamp();
        long bytes;
        do
        {
            bytes = runtime.BlockOn(async () =>
            {
                // Both count from the moment when both run.
                JoinHandle<long> first = Kio.Spawn(async () => await Turn(state, one));
                JoinHandle<long> second = Kio.Spawn(async () => await Turn(state, two));
                return await first + await second;
            });
        }
        while (Optimized && bytes != 0 && Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(20));
        if (Optimized)
        {
            Assert.Equal(0, bytes);
        }
    });

    private static async Future<long> Turn<T>(T state, Func<T, Future> turn)
    {
        long before = 0;
        for (int i = 0; i < Turns; i++)
        {
            if (i == Turns / 10)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            await turn(state);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    [InlineArray(64)]
    private struct Large
    {
        private long _first;
    }
}
