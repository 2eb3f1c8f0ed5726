using System;
using System.Threading;
using System.Threading.Tasks;
using Kioto.Sync;

namespace Kioto.SyncTests;

/// <summary>Operations that are tried by their await, without a leaf: as lazy, as fair and as cancellable as all others.</summary>
public sealed class DirectTests
{
    [Fact]
    public void NothingHappensBeforeTheAwait() => Host.Run(async spawner =>
    {
        Mutex<int> mutex = new(0);
        RwLock<int> rwLock = new(0);
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(1);
        Future<MutexGuard<int>> lockLater = mutex.LockAsync();
        Future<RwLockWriteGuard<int>> writeLater = rwLock.WriteAsync();
        Future<SendResult<int>> sendLater = sender.SendAsync(7);
        Future<RecvResult<int>> receiveLater = receiver.RecvAsync();
        Assert.False(mutex.IsLocked);
        Assert.True(rwLock.TryWrite(out RwLockWriteGuard<int> between));
        between.Dispose();
        Assert.Equal(0, receiver.Count);
        Assert.True((await sendLater).IsSent);
        Assert.Equal(7, (await receiveLater).Value);
        using MutexGuard<int> guard = await lockLater;
        using RwLockWriteGuard<int> writer = await writeLater;
        Assert.True(mutex.IsLocked);
    });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void WhoeverTakesTheFutureWaits(int how) => Host.Run(async spawner =>
    {
        Mutex<int> mutex = new(0);
        MutexGuard<int> held = await mutex.LockAsync();
        Future<MutexGuard<int>> future = Through(mutex.LockAsync(), how);
        Assert.True(mutex.IsLocked);
        Job job = spawner.Spawn(async () =>
        {
            using MutexGuard<int> guard = await future;
            guard.Value++;
        });
        await Spawner.Settle();
        Assert.Equal(0, held.Value);
        held.Dispose();
        await job.Join();
        Assert.False(mutex.IsLocked);
        using MutexGuard<int> end = await Through(mutex.LockAsync(), how);
        Assert.Equal(1, end.Value);
    });

    [Fact]
    public void AnArmThatLosesHoldsNothing() => Host.Run(async spawner =>
    {
        Mutex<int> mutex = new(0);
        for (int i = 0; i < 100; i++)
        {
            switch (await Kio.SelectBiased(Future.FromResult(1), mutex.LockAsync()))
            {
                case { Index: 0 }:
                    break;
                case { Second: var guard }:
                    guard.Dispose();
                    break;
            }

            Assert.False(mutex.IsLocked);
        }
    });

    [Fact]
    public void AwaitedTwiceItAsksTwice() => Host.Run(async spawner =>
    {
        AsyncSemaphore semaphore = new(2);
        Future<SemaphorePermit> recipe = semaphore.AcquireAsync();
        using SemaphorePermit one = await recipe;
#pragma warning disable KIO0004 // Each await of such a future asks anew: see decision 0072.
        using SemaphorePermit two = await recipe;
#pragma warning restore KIO0004
        Assert.Equal(0, semaphore.AvailablePermits);
    });

    [Fact]
    public void ATaskThatWasAbortedLocksNothing() => Host.Run(async spawner =>
    {
        Mutex<int> mutex = new(0);
        Notify begun = new();
        Notify go = new();
        bool locked = false;
        Job job = spawner.Spawn(async () =>
        {
            begun.NotifyOne();
            try
            {
                await go.NotifiedAsync();
            }
            finally
            {
                using MutexGuard<int> guard = await mutex.LockAsync(); // Cleanup may lock.
                locked = true;
            }

            using MutexGuard<int> never = await mutex.LockAsync();
            locked = false;
        });
        await begun.NotifiedAsync();
        job.Abort();
        await Assert.ThrowsAnyAsync<Exception>(async () => await job.Join());
        Assert.True(locked);
        Assert.False(mutex.IsLocked);
    });

    [Fact]
    public async Task TaskMethodsWithoutARuntime()
    {
        Mutex<int> mutex = new(0);
        (MpscSender<string> sender, MpscReceiver<string> receiver) = Mpsc.Create<string>(1);
        using (MutexGuard<int> guard = await mutex.LockAsync())
        {
            guard.Value = 5;
        }

        Assert.True((await sender.SendAsync("a")).IsSent);
        Task<SendResult<string>> second = SendAsync(sender, "b");
        Assert.Equal("a", (await receiver.RecvAsync()).Value);
        Assert.True((await second).IsSent);
        Assert.Equal("b", (await receiver.RecvAsync()).Value);
        sender.Dispose();
        Assert.True((await receiver.RecvAsync()).IsClosed);

        static async Task<SendResult<string>> SendAsync(MpscSender<string> sender, string value) => await sender.SendAsync(value);
    }

    [Fact]
    public void AContinuationGetsTheResult() => Host.OnThread(() =>
    {
        Mutex<int> mutex = new(3);
        using ManualResetEventSlim done = new();
        int seen = 0;
        FutureAwaiter<MutexGuard<int>> awaiter = mutex.LockAsync().GetAwaiter();
        awaiter.OnCompleted(() =>
        {
            using MutexGuard<int> guard = awaiter.GetResult();
            seen = guard.Value;
            done.Set();
        });
        done.Wait();
        Assert.Equal(3, seen);
    });

    [Fact]
    public void ReadyLocksUseUpTheBudget() => Host.Run(async spawner =>
    {
        Mutex<int> mutex = new(0);
        bool stop = false;
        Job greedy = spawner.Spawn(async () =>
        {
            while (!Volatile.Read(ref stop))
            {
                using MutexGuard<int> guard = await mutex.LockAsync();
            }
        });
        await Spawner.Settle(); // Comes back although the other one never waits: there is one worker.
        Volatile.Write(ref stop, true);
        await greedy.Join();
    });

    private static Future<MutexGuard<int>> Through(Future<MutexGuard<int>> future, int how) => how switch
    {
        0 => future,
        1 => Kio.Spawn(future).AsFuture(),
        2 => Kio.Shield(future),
        3 => future.Unconstrained(),
        4 => future.Timeout(TimeSpan.FromMinutes(5)),
        5 => Kio.Pin(future).AsFuture(),
        6 => Kio.Spawn(() => future).AsFuture(),
        _ => AsMethod(future),
    };

    private static async Future<MutexGuard<int>> AsMethod(Future<MutexGuard<int>> future) => await future;
}
