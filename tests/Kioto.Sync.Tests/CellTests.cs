using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Kioto.Sync;

namespace Kioto.SyncTests;

public sealed class CellTests
{
    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void ABarrierHasOneLeaderARound(Where where) => Host.Run(where, async spawner =>
    {
        AsyncBarrier barrier = new(4);
        int leaders = 0;
        int round = 0;
        List<Job> jobs = [];
        for (int i = 0; i < 4; i++)
        {
            jobs.Add(spawner.Spawn(async () =>
            {
                for (int j = 0; j < 50; j++)
                {
                    Assert.InRange(Volatile.Read(ref round), j, j + 1);
                    if (await barrier.WaitAsync())
                    {
                        Interlocked.Increment(ref leaders);
                        Interlocked.Increment(ref round);
                    }

                    await barrier.WaitAsync();
                }
            }));
        }

        foreach (Job job in jobs)
        {
            await job.Join();
        }

        Assert.Equal(50, leaders);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void ABarrierForOneNeverWaits(Where where) => Host.Run(where, async _ =>
    {
        AsyncBarrier barrier = new(1);
        Assert.True(await barrier.WaitAsync());
        Assert.True(await barrier.WaitAsync());
        Assert.Throws<ArgumentOutOfRangeException>(() => new AsyncBarrier(0));
        Assert.Throws<InvalidOperationException>(() => barrier.SignalAndWait());
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void ACancelledArrivalIsTakenBack(Where where) => Host.Run(where, async spawner =>
    {
        AsyncBarrier barrier = new(2);
        Job cancelled = spawner.Spawn(async () => await barrier.WaitAsync());
        await Spawner.Settle();
        await cancelled.Cancel();
        Job first = spawner.Spawn(async () => Assert.False(await barrier.WaitAsync()));
        await Spawner.Settle();
        Assert.False(first.IsFinished);
        Assert.True(await barrier.WaitAsync());
        await first.Join();
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void ARoundThatIsCompleteIsNotGivenBack(Where where) => Host.Run(where, async spawner =>
    {
        AsyncBarrier barrier = new(2);
        using (Parked<bool> first = new(barrier.WaitAsync()))
        {
            Assert.False(first.Poll());
            Assert.True(await barrier.WaitAsync());
        }

        Job again = spawner.Spawn(async () => Assert.False(await barrier.WaitAsync())); // Of the next round.
        await Spawner.Settle();
        Assert.False(again.IsFinished);
        Assert.True(await barrier.WaitAsync());
        await again.Join();
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void AWaitThatASelectLoopKeepsLearnsOfItsRound(Where where) => Host.Run(where, async spawner =>
    {
        AsyncBarrier barrier = new(2);
        Notify tick = new();
        Job loop = spawner.Spawn(async () =>
        {
            await using Pinned<bool> wait = Kio.Pin(barrier.WaitAsync());
            while (true)
            {
                async Future<int> Tick()
                {
                    await tick.NotifiedAsync();
                    return 1;
                }

                if ((await Kio.SelectBiased(Tick(), wait)).Index == 1)
                {
                    return;
                }
            }
        });
        await Spawner.Settle();
        Assert.True(await barrier.WaitAsync());
        tick.NotifyOne(); // Before the loop's turn: its other arm wins.
        await loop.Join();
    });

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void ACellIsMadeOnce(Where where) => Host.Run(where, async spawner =>
    {
        OnceCell<string> cell = new();
        int made = 0;
        List<Job> jobs = [];
        for (int i = 0; i < 10; i++)
        {
            jobs.Add(spawner.Spawn(async () => Assert.Equal("value", await cell.GetOrInitAsync(async () =>
            {
                Interlocked.Increment(ref made);
                await Spawner.Settle();
                return "value";
            }))));
        }

        foreach (Job job in jobs)
        {
            await job.Join();
        }

        Assert.Equal(1, made);
        Assert.True(cell.TryGet(out string? value));
        Assert.Equal("value", value);
        Assert.False(cell.TrySet("other"));
        Assert.True(cell.TryTake(out value));
        Assert.False(cell.IsSet);
        Assert.True(cell.TrySet("other"));
        Assert.Equal("other", await cell.GetOrInitAsync(() => throw new NotSupportedException()));
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void AFailedMakerLetsTheNextTry(Where where) => Host.Run(where, async spawner =>
    {
        OnceCell<int> cell = new();
        await Assert.ThrowsAsync<FormatException>(async () => await cell.GetOrInitAsync(() => throw new FormatException()));
        Assert.False(cell.TryGet(out _));
        Notify never = new();
        Job cancelled = spawner.Spawn(async () => await cell.GetOrInitAsync(async () =>
        {
            await never.NotifiedAsync();
            return 1;
        }));
        await Spawner.Settle();
        Assert.False(cell.TrySet(9));
        Job next = spawner.Spawn(async () => Assert.Equal(2, await cell.GetOrInitAsync(() => Future.FromResult(2))));
        await Spawner.Settle();
        Assert.False(next.IsFinished);
        await cancelled.Cancel();
        await next.Join();
        Assert.Equal(3, await new OnceCell<int>(3).GetOrInitAsync(() => Future.FromResult(4)));
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void ALazyKeepsItsValueAndNoFailure(Where where) => Host.Run(where, async _ =>
    {
        int calls = 0;
        AsyncLazy<int> lazy = new(async () =>
        {
            await Kio.YieldNow();
            return ++calls == 1 ? throw new FormatException() : calls;
        });
        await Assert.ThrowsAsync<FormatException>(async () => await lazy.GetAsync());
        Assert.False(lazy.IsValueCreated);
        Assert.Equal(2, await lazy.GetAsync());
        Assert.Equal(2, await lazy.GetAsync());
        Assert.True(lazy.IsValueCreated);
    });

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void ASetOnceWakesAll(Where where) => Host.Run(where, async spawner =>
    {
        SetOnce<int> once = new();
        List<Job> jobs = [];
        for (int i = 0; i < 10; i++)
        {
            jobs.Add(spawner.Spawn(async () => Assert.Equal(5, await once.WaitAsync())));
        }

        await Spawner.Settle();
        Assert.False(once.TryGet(out _));
        Assert.True(once.TrySet(5));
        Assert.False(once.TrySet(6));
        foreach (Job job in jobs)
        {
            await job.Join();
        }

        Assert.True(once.TryGet(out int value));
        Assert.Equal(5, value);
        Assert.Equal(5, await once.WaitAsync());
    });

    [Fact]
    public void AThreadHasWhatATaskMakesAndATaskWhatAThreadMakes() => Host.OnThread(static () =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).ForTests().Build();
        OnceCell<int> cell = new();
        SetOnce<int> begun = new();
        SetOnce<int> end = new();
        JoinHandle<int> maker = runtime.Spawn(() => cell.GetOrInitAsync(Make));
        begun.WaitForValue();
        Thread ender = new(() => end.TrySet(1));
        ender.Start();
        Assert.Equal(1, cell.GetOrInit(() => throw new NotSupportedException()));
        Assert.Equal(1, runtime.BlockOn(async () => await maker));
        ender.Join();

        AsyncLazy<int> lazy = new(Make);
        begun = new SetOnce<int>();
        end = new SetOnce<int>();
        int got = 0;
        Thread getter = new(() => got = lazy.Get());
        getter.Start();
        begun.WaitForValue();
        JoinHandle<int> waiter = runtime.Spawn(lazy.GetAsync);
        end.TrySet(2);
        Assert.Equal(2, runtime.BlockOn(async () => await waiter));
        getter.Join();
        Assert.Equal(2, got);

        async Future<int> Make()
        {
            begun.TrySet(0);
            return await end.WaitAsync();
        }
    });

    [Fact]
    public void ThreadsMakeALazyOnce() => Host.OnThread(static () =>
    {
        int calls = 0;
        TaskCompletionSource end = new();
        AsyncLazy<int> lazy = new(async () =>
        {
            await end.Task;
            return ++calls;
        });
        int sum = 0;
        List<Thread> threads = [];
        for (int i = 0; i < 8; i++)
        {
            Thread thread = new(() => Interlocked.Add(ref sum, lazy.Get()));
            thread.Start();
            threads.Add(thread);
        }

        end.SetResult();
        threads.ForEach(thread => thread.Join());
        Assert.Equal(8, sum);
        Assert.Equal(1, lazy.Get());
    });

    [Fact]
    public void WhatAThreadFailsToMakeTheNextMakes() => Host.OnThread(static () =>
    {
        OnceCell<int> cell = new();
        Assert.Throws<ArgumentNullException>(() => cell.GetOrInit(null!));
        Assert.Throws<FormatException>(() => cell.GetOrInit(() => throw new FormatException()));
        Assert.Throws<FormatException>(() => cell.GetOrInit(static async () =>
        {
            await Kio.YieldNow();
            throw new FormatException();
        }));
        Assert.False(cell.IsSet);
        Assert.Equal(1, cell.GetOrInit(static () => Future.FromResult(1)));
        Assert.Equal(1, cell.GetOrInit(static () => Future.FromResult(2)));
    });

    [Fact]
    public void WhereATaskMayBlockAValueIsMadeWithItsRuntime() => Host.Run(static async _ =>
    {
        Assert.Equal(7, await Kio.SpawnBlocking(new AsyncLazy<int>(Make).Get));
        Assert.Equal(7, Kio.BlockInPlace(new AsyncLazy<int>(Make).Get));

        static async Future<int> Make()
        {
            await Kio.Sleep(TimeSpan.FromMilliseconds(1));
            return await Kio.Spawn(static async () =>
            {
                await Kio.YieldNow();
                return 7;
            });
        }
    });

    [Fact]
    public void AValueThatAThreadMakesIsMadeInTheScopesAroundIt() => Host.Run(static async _ =>
    {
        TaskLocal<int> local = new(inherited: true);
        await local.Scope(7, async () =>
        {
            Assert.Equal(7, await Kio.SpawnBlocking(() => Lazy(local).Get()));
            Assert.Equal(7, Kio.BlockInPlace(() => Lazy(local).Get()));
        });
        Assert.Equal(-1, Kio.BlockInPlace(() => Lazy(local).Get()));

        static AsyncLazy<int> Lazy(TaskLocal<int> local) => new(async () =>
        {
            await Kio.YieldNow();
            return local.TryGet(out int value) ? value : -1;
        });
    });

    [Fact]
    public void WhatMakesAValueMayNotBlockWhereItsThreadMay() => Host.Run(static async _ =>
    {
        AsyncLazy<int> inner = new(static () => Future.FromResult(1));
        AsyncLazy<int> outer = new(() => Future.FromResult(inner.Get()));
        Assert.Throws<InvalidOperationException>(() => Kio.BlockInPlace(outer.Get));
        await Kio.YieldNow();
        Assert.Equal(1, Kio.BlockInPlace(inner.Get));
    });

    [Fact]
    public void WhatMakesAValueKeepsNoLockFromOthersThatItDoesNotPollFor() => Host.Run(static async _ =>
    {
        Mutex<int> mutex = new(0);
        Notify waits = new();
        Notify goOn = new();
        OnceCell<int> cell = new();
        JoinHandle<int> made;
        JoinHandle second;
        using (MutexGuard<int> held = await mutex.LockAsync())
        {
            made = Kio.SpawnBlocking(() => cell.GetOrInit(async () =>
            {
                await using Pinned<MutexGuard<int>> pin = Kio.Pin(mutex.LockAsync());
                await Kio.SelectBiased(pin, Kio.YieldNow());
                waits.NotifyOne();
                await goOn.NotifiedAsync();
                return 1;
            }));
            await waits.NotifiedAsync();
            second = Kio.Spawn(async () => (await mutex.LockAsync()).Dispose());
        }

        await second; // Before the first in the queue has been polled again.
        goOn.NotifyOne();
        Assert.Equal(1, await made);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void AThreadThatPollsFuturesIsRefusedAValueThatIsThereToo(Where where) => Host.Run(where, static async _ =>
    {
        await Kio.YieldNow();
        OnceCell<int> cell = new(1);
        Assert.Throws<InvalidOperationException>(() => cell.GetOrInit(static () => Future.FromResult(2)));
        AsyncLazy<int> lazy = new(static () => Future.FromResult(1));
        Assert.Equal(1, await lazy.GetAsync());
        Assert.Throws<InvalidOperationException>(() => lazy.Get());
    });

    [Fact]
    public void ASetOnceCanBeWaitedForOnAThread()
    {
        SetOnce<int> once = new();
        Host.OnThread(() =>
        {
            Thread setter = new(() => once.TrySet(3));
            setter.Start();
            Assert.Equal(3, once.WaitForValue());
            setter.Join();
        });
    }

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void CancelledWaitersAreForgotten(Where where) => Host.Run(where, async spawner =>
    {
        SetOnce<int> once = new();
        Job cancelled = spawner.Spawn(async () => await once.WaitAsync());
        await Spawner.Settle();
        await cancelled.Cancel();
        once.TrySet(1);
        Assert.Equal(1, await once.WaitAsync());
    });
}
