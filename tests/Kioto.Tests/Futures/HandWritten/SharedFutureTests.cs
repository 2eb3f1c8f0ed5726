using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>One future, many awaiters.</summary>
public sealed class SharedFutureTests
{
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void All_awaiters_get_the_one_result(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        int runs = 0;
        Event go = new();
        SharedFuture<object> shared = Body().Shared();
        List<JoinHandle<object>> handles = [];
        for (int i = 0; i < 10; i++)
        {
            handles.Add(Kio.Spawn(async () => await shared));
        }

        await Kio.YieldNow();
        Assert.False(shared.IsCompleted);
        go.Set();
        object result = await shared;
        foreach (JoinHandle<object> handle in handles)
        {
            Assert.Same(result, await handle);
        }

        Assert.True(shared.IsCompleted);
        Assert.Same(result, await shared);
        Assert.Same(result, await shared.AsFuture());
        Assert.Equal(1, runs);

        async Future<object> Body()
        {
            runs++;
            await go.WaitAsync();
            await Kio.YieldNow();
            return new object();
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Nothing_runs_before_it_is_awaited(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        bool ran = false;
        SharedFuture shared = Body().Shared();
        await Kio.YieldNow();
        Assert.False(ran);
        await shared;
        Assert.True(ran);
        await shared.AsFuture();

        async Future Body()
        {
            await Future.Completed;
            ran = true;
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void All_awaiters_get_the_one_failure(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        FormatException failure = new();
        SharedFuture<int> shared = Future.FromException<int>(failure).Shared();
        for (int i = 0; i < 3; i++)
        {
            Assert.Same(failure, await Expect.Throws<FormatException>(async () => await shared));
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Another_awaiter_drives_on_when_the_driver_is_cancelled(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Event first = new();
        Event second = new();
        bool atSecond = false;
        SharedFuture<int> shared = Body().Shared();
        JoinHandle<int> driver = Kio.Spawn(async () => await shared);
        await Kio.YieldNow();
        JoinHandle<int> heir = Kio.Spawn(async () => await shared);
        await Kio.YieldNow();
        first.Set();
        driver.Abort();
        Assert.True((await driver.JoinAsync()).IsAborted || shared.IsCompleted);
        await Expect.Until(() => atSecond);
        second.Set();
        Assert.Equal(2, await heir);

        async Future<int> Body()
        {
            await first.WaitAsync();
            atSecond = true;
            await second.WaitAsync();
            return 2;
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Without_awaiters_it_stays_where_it_is(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Event go = new();
        int steps = 0;
        SharedFuture<int> shared = Body().Shared();
        JoinHandle<int> driver = Kio.Spawn(async () => await shared);
        await Expect.Until(() => Volatile.Read(ref steps) == 1);
        driver.Abort();
        await driver.JoinAsync();
        go.Set();
        await Kio.YieldNow();
        Assert.Equal(1, steps);
        Assert.Equal(2, await shared);

        async Future<int> Body()
        {
            steps++;
            await go.WaitAsync();
            return ++steps;
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Cancelling_it_cleans_up_and_tells_the_awaiters(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        bool cleaned = false;
        bool waits = false;
        SharedFuture<int> shared = Body().Shared();
        JoinHandle<int> awaiter = Kio.Spawn(async () => await shared);
        await Expect.Until(() => Volatile.Read(ref waits));
        await shared.CancelAsync();
        Assert.True(cleaned);
        Assert.True(shared.IsCompleted);
        await Expect.Throws<FutureCancelledException>(async () => await awaiter);
        await Expect.Throws<FutureCancelledException>(async () => await shared);
        await shared.CancelAsync();

        SharedFuture<int> unused = Body().Shared();
        cleaned = false;
        await unused.CancelAsync();
        Assert.False(cleaned);
        await Expect.Throws<FutureCancelledException>(async () => await unused);

        async Future<int> Body()
        {
            await Kio.YieldNow();
            try
            {
                Volatile.Write(ref waits, true);
                return await Future.Pending<int>();
            }
            finally
            {
                await Kio.YieldNow();
                cleaned = true;
            }
        }
    });

    [Fact]
    public void Awaiters_on_two_runtimes_and_a_plain_Task() => Bounded.Run(() =>
    {
        using Runtime one = Runtimes.Create(RuntimeKind.TwoWorkers);
        using Runtime two = Runtimes.Create(RuntimeKind.CurrentThread);
        for (int round = 0; round < 200; round++)
        {
            Event go = new();
            SharedFuture<int> shared = Body(go, round).Shared();
            JoinHandle<int> a = one.Spawn(async () => await shared);
            JoinHandle<int> b = one.Spawn(async () => await shared);
            Task<int> c = Plain(shared);
            ThreadPool.UnsafeQueueUserWorkItem(static go => go.Set(), go, preferLocal: false);
            Assert.Equal(round, two.BlockOn(async () => await shared));
            Assert.Equal(round, one.BlockOn(a.AsFuture()));
            Assert.Equal(round, one.BlockOn(b.AsFuture()));
            Assert.Equal(round, c.Result);
        }

        static async Future<int> Body(Event go, int value)
        {
            await go.WaitAsync();
            await Kio.YieldNow();
            return value;
        }

        static async Task<int> Plain(SharedFuture<int> shared) => await shared;
    });

    /// <summary>Awaiters come, and most are aborted at random moments; those that stay must get the result.</summary>
    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Aborted_drivers_lose_no_wake(RuntimeKind kind)
    {
        int seed = Seed.Next();
        Random random = new(seed);
        Runtimes.Run(kind, async () =>
        {
            for (int round = 0; round < 150; round++)
            {
                SharedFuture<int> shared = Steps(random.Next(1, 6)).Shared();
                List<JoinHandle<int>> aborted = [];
                List<JoinHandle<int>> kept = [];
                for (int i = 0; i < 6; i++)
                {
                    (i % 3 == 0 ? kept : aborted).Add(Kio.Spawn(async () => await shared));
                }

                foreach (JoinHandle<int> handle in aborted)
                {
                    for (int yields = random.Next(3); yields > 0; yields--)
                    {
                        await Kio.YieldNow();
                    }

                    handle.Abort();
                }

                foreach (JoinHandle<int> handle in kept)
                {
                    Assert.Equal(1, await handle);
                }
            }
        });

        static async Future<int> Steps(int steps)
        {
            for (int i = 0; i < steps; i++)
            {
                Signal signal = new();
                ThreadPool.UnsafeQueueUserWorkItem(static signal => signal.Set(), signal, preferLocal: false);
                await signal.AsFuture();
            }

            return 1;
        }
    }
}
