using System;
using System.Collections.Generic;
using System.Threading;
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
