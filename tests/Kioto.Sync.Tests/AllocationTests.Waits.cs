using System;
using System.Collections.Generic;
using System.Threading;
using Kioto.Sync;

namespace Kioto.SyncTests;

// Waits that are cancelled, that have a token, or that end otherwise than by a plain await.
public sealed partial class AllocationTests
{
    private static readonly Func<Future<int>> s_make = static async () =>
    {
        await Kio.YieldNow();
        return 1;
    };

    public static TheoryData<string> Waits =>
    [
        "Mutex", "RwLock.Read", "RwLock.Write", "Semaphore", "SemaphoreMany", "Barrier", "SetOnce", "Mpsc.Send", "Mpsc.Reserve",
        "Mpsc.Recv", "Mpsc.RecvMany", "Mpsc.Closed", "Unbounded.Closed", "Mpmc.Send", "Mpmc.Recv", "Mpmc.Closed", "Lossless.Send",
        "Lossless.Closed", "Broadcast.Recv", "Broadcast.Closed", "Watch.Changed", "Watch.Closed", "CancelToken",
    ];

    [Theory]
    [MemberData(nameof(Waits))]
    public void ACancelledWait(string name)
    {
        Func<FutureSource> wait = Waiting(name);
        Check(wait, async start =>
        {
            start().Abandon();
            await Kio.YieldNow();
        });
    }

    [Fact]
    public void AWaitWithATokenThatComes()
    {
        using CancellationTokenSource source = new();
        CheckPair(
            (new Notify(), new Notify(), source.Token),
            async state =>
            {
                state.Item1.NotifyOne();
                await state.Item2.NotifiedAsync().WithCancellation(state.Token);
            },
            async state =>
            {
                await state.Item1.NotifiedAsync().WithCancellation(state.Token);
                state.Item2.NotifyOne();
            });
    }

    [Fact]
    public void AWaitUntilATokenIsCancelledThatComes()
    {
        using CancelToken token = new();
        CheckPair(
            (new Notify(), new Notify(), token),
            async state =>
            {
                state.Item1.NotifyOne();
                Assert.True(await state.token.RunUntilCancelledAsync(state.Item2.NotifiedAsync()));
            },
            async state =>
            {
                Assert.True(await state.token.RunUntilCancelledAsync(state.Item1.NotifiedAsync()));
                state.Item2.NotifyOne();
            });
    }

    [Fact]
    public void OnceCells() => Check(new OnceCell<int>(), async cell =>
    {
        Assert.True(await cell.GetOrInitAsync(s_make) == 1); // Assert.Equal allocates.
        await Kio.YieldNow();
        cell.TryTake(out _);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ACancelledWaitForAValueThatIsBeingMade(bool isLazy)
    {
        OnceCell<int> cell = new();
        AsyncLazy<int> lazy = new(Never);
        Func<Future<int>> wait = isLazy ? lazy.GetAsync : () => cell.GetOrInitAsync(s_make);
        bool isMaking = false;
        Check(wait, async ask =>
        {
            if (!isMaking)
            {
                isMaking = true;
                Kio.Detach(async () => { await (isLazy ? lazy.GetAsync() : cell.GetOrInitAsync(Never)); });
                await Kio.YieldNow();
            }

            Assert.True((await Kio.SelectBiased(ask(), Future.FromResult(true))).Index == 1);
            await Kio.YieldNow();
        });

        static async Future<int> Never()
        {
            await new Notify().NotifiedAsync();
            return 0;
        }
    }

    [Fact]
    public void MpscRecvMany() => CheckPair(
        (Kioto.Sync.Mpsc.Create<int>(2), new List<int>(16)),
        async state => await state.Item1.Sender.SendAsync(1),
        async state =>
        {
            state.Item2.Clear();
            await state.Item1.Receiver.RecvManyAsync(state.Item2, 1);
        });

    [Fact]
    public void MpmcInBatches() => CheckPair(
        (Ends: Kioto.Sync.Mpmc.Create<int>(2), Batch: new List<int>(8)),
        async state => await state.Ends.Sender.SendAsync(1),
        async state =>
        {
            state.Batch.Clear();
            await state.Ends.Receiver.RecvManyAsync(state.Batch, 1);
        });

    [Fact]
    public void LosslessInBatches() => CheckPair(
        (Ends: Kioto.Sync.Broadcast.CreateLossless<int>(2), Batch: new List<int>(8)),
        async state => await state.Ends.Sender.SendAsync(1),
        async state =>
        {
            state.Batch.Clear();
            await state.Ends.Receiver.RecvManyAsync(state.Batch, 1);
        });

    [Fact]
    public void UnboundedMpmc() => CheckPair(
        Kioto.Sync.Mpmc.CreateUnbounded<int>(),
        async ends =>
        {
            await ends.Sender.SendAsync(1);
            await Kio.YieldNow();
        },
        async ends => await ends.Receiver.RecvAsync());

    [Fact]
    public void Enumerating()
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Kioto.Sync.Mpsc.Create<int>(2);
        CheckPair(
            (sender, receiver.GetAsyncEnumerator()),
            async ends => await ends.sender.SendAsync(1),
            async ends => await ends.Item2.MoveNextAsync());
    }

    // As an aborted arm: polled, withdrawn, and its failure taken; without the exception, which is an object.
    private static FutureSource PollOnce<T>(Future<T> future) => PollOnce((FutureSource)future.Owned().Source!);

    private static FutureSource PollOnce(Future future) => PollOnce((FutureSource)future.Source!);

    private static FutureSource PollOnce(FutureSource source)
    {
        Ambient ambient = Ambient.Current;
        Assert.False(source.PollLeaf(ambient.Strand!, ambient));
        return source;
    }

    [Fact]
    public void ABlockingWait() => Host.OnThread(() =>
    {
        AsyncSemaphore ping = new(0);
        AsyncSemaphore pong = new(0);
        Thread other = new(() =>
        {
            for (int i = 0; i < Turns; i++)
            {
                ping.Acquire().Forget();
                pong.AddPermits(1);
            }
        });
        other.Start();
        long before = 0;
        for (int i = 0; i < Turns; i++)
        {
            if (i == Turns / 2)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            ping.AddPermits(1);
            pong.Acquire().Forget();
        }

        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        other.Join();
        Assert.InRange(bytes, 0, 8 * 1024); // Not one a wait: code that is being optimized may allocate a little.
    });

    [Fact]
    public void ALazysValueOnAThread() => Host.OnThread(() =>
    {
        AsyncLazy<int> lazy = new(static () => Future.FromResult(1));
        int sum = 0;
        long before = 0;
        for (int i = 0; i < Turns; i++)
        {
            if (i == Turns / 2)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            sum += lazy.Get();
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 * 1024); // As above.
        Assert.Equal(Turns, sum);
    });

    private static Func<FutureSource> Waiting(string name)
    {
        Mutex<int> mutex = new(0);
        mutex.TryLock(out _);
        RwLock<int> rwLock = new(0);
        rwLock.TryWrite(out _);
        AsyncSemaphore semaphore = new(0);
        AsyncBarrier barrier = new(2);
        SetOnce<int> cell = new();
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Kioto.Sync.Mpsc.Create<int>(1);
        (UnboundedMpscSender<int> unbounded, _) = Kioto.Sync.Mpsc.CreateUnbounded<int>();
        (MpmcSender<int> many, MpmcReceiver<int> each) = Kioto.Sync.Mpmc.Create<int>(1);
        (LosslessSender<int> lossless, _) = Kioto.Sync.Broadcast.CreateLossless<int>(1);
        (BroadcastSender<int> broadcast, BroadcastReceiver<int> listener) = Kioto.Sync.Broadcast.Create<int>(1);
        (WatchSender<int> watch, WatchReceiver<int> watcher) = Kioto.Sync.Watch.Create(0);
        CancelToken token = new();
        List<int> into = [];
        switch (name)
        {
            case "Mutex":
                return () => PollOnce(mutex.LockAsync());
            case "RwLock.Read":
                return () => PollOnce(rwLock.ReadAsync());
            case "RwLock.Write":
                return () => PollOnce(rwLock.WriteAsync());
            case "Semaphore":
                return () => PollOnce(semaphore.AcquireAsync());
            case "SemaphoreMany":
                return () => PollOnce(semaphore.AcquireManyAsync(3));
            case "Barrier":
                return () => PollOnce(barrier.WaitAsync());
            case "SetOnce":
                return () => PollOnce(cell.WaitAsync());
            case "Mpsc.Send":
                sender.TrySend(1);
                return () => PollOnce(sender.SendAsync(1));
            case "Mpsc.Reserve":
                sender.TrySend(1);
                return () => PollOnce(sender.ReserveAsync());
            case "Mpsc.Recv":
                return () => PollOnce(receiver.RecvAsync());
            case "Mpsc.RecvMany":
                return () => PollOnce(receiver.RecvManyAsync(into, 1));
            case "Mpsc.Closed":
                return () => PollOnce(sender.ClosedAsync());
            case "Unbounded.Closed":
                return () => PollOnce(unbounded.ClosedAsync());
            case "Mpmc.Send":
                many.TrySend(1);
                return () => PollOnce(many.SendAsync(1));
            case "Mpmc.Recv":
                return () => PollOnce(each.RecvAsync());
            case "Mpmc.Closed":
                return () => PollOnce(many.ClosedAsync());
            case "Lossless.Send":
                lossless.TrySend(1);
                return () => PollOnce(lossless.SendAsync(1));
            case "Lossless.Closed":
                return () => PollOnce(lossless.ClosedAsync());
            case "Broadcast.Recv":
                return () => PollOnce(listener.RecvAsync());
            case "Broadcast.Closed":
                return () => PollOnce(broadcast.ClosedAsync());
            case "Watch.Changed":
                return () => PollOnce(watcher.ChangedAsync());
            case "Watch.Closed":
                return () => PollOnce(watch.ClosedAsync());
            case "CancelToken":
                return () => PollOnce(token.SignalAsync());
            default:
                throw new ArgumentOutOfRangeException(nameof(name));
        }
    }
}
