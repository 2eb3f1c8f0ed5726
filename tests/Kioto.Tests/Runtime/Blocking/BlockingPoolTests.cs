using System;
using System.Collections.Generic;
using System.Threading;

namespace Kioto.Tests;

public sealed class BlockingPoolTests
{
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Closures_run_off_the_workers(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Thread worker = Thread.CurrentThread;
        Assert.NotSame(worker, await Kio.SpawnBlocking(() => Thread.CurrentThread));
        await Kio.SpawnBlocking(() => { });
        Assert.IsType<FormatException>((await Kio.SpawnBlocking(Fail).JoinAsync()).Exception);
        Assert.Equal(4, await Kio.SpawnBlocking(() => 4));

        static void Fail() => throw new FormatException();
    });

    [Fact]
    public void Tasks_go_on_while_closures_block() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        using ManualResetEventSlim release = new();
        runtime.RunTask(async () =>
        {
            List<JoinHandle> blocked = [];
            for (int i = 0; i < 16; i++)
            {
                blocked.Add(Kio.SpawnBlocking(release.Wait));
            }

            for (int i = 0; i < 10; i++)
            {
                await Kio.Sleep(TimeSpan.FromMilliseconds(1));
            }

            release.Set();
            foreach (JoinHandle handle in blocked)
            {
                await handle;
            }
        });
    });

    [Fact]
    public void No_more_threads_than_the_maximum() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).MaxBlockingThreads(3).Build();
        int running = 0;
        int most = 0;
        runtime.BlockOn(async () =>
        {
            List<JoinHandle> handles = [];
            for (int i = 0; i < 60; i++)
            {
                handles.Add(Kio.SpawnBlocking(() =>
                {
                    int now = Interlocked.Increment(ref running);
                    InterlockedMax(ref most, now);
                    Thread.Yield();
                    Thread.SpinWait(2000);
                    Interlocked.Decrement(ref running);
                }));
                Assert.InRange(RuntimeHandle.Current.BlockingThreads, 0, 3);
            }

            foreach (JoinHandle handle in handles)
            {
                await handle;
            }
        });
        Assert.InRange(most, 1, 3);
        Assert.InRange(runtime.Handle.BlockingThreads, 1, 3);
    });

    [Fact]
    public void All_threads_are_used_before_one_waits() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).MaxThreads(5).Build();
        using CountdownEvent together = new(4);
        runtime.BlockOn(async () =>
        {
            List<JoinHandle> handles = [];
            for (int i = 0; i < 4; i++)
            {
                handles.Add(Kio.SpawnBlocking(() =>
                {
                    together.Signal();
                    together.Wait();
                }));
            }

            foreach (JoinHandle handle in handles)
            {
                await handle;
            }
        });
        Assert.Equal(4, runtime.Handle.BlockingThreads);
    });

    [Fact]
    public void Idle_threads_are_reused() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).Build();
        runtime.BlockOn(async () =>
        {
            BlockingPool pool = Kio.BlockingPool("io");
            for (int i = 0; i < 100; i++)
            {
                // A thread reports its result a moment before it is idle: until then there would be a second one.
                await Kio.SpawnBlocking(() => { });
                await Expect.Until(() => pool.Metrics.IdleThreads == 1);
            }
        });
        Assert.Equal(1, runtime.Handle.BlockingThreads);
    });

    [Fact]
    public void Keep_alive_ends_idle_threads() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1)
            .ThreadKeepAlive(TimeSpan.FromMilliseconds(20)).Build();
        runtime.BlockOn(async () =>
        {
            await Kio.SpawnBlocking(() => { });
            while (RuntimeHandle.Current.BlockingThreads > 0)
            {
                await Kio.Sleep(TimeSpan.FromMilliseconds(2));
            }

            Assert.Equal(5, await Kio.SpawnBlocking(() => 5));
        });
    });

    [Fact]
    public void A_queued_closure_can_be_aborted_a_started_one_not() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).MaxBlockingThreads(1).Build();
        using ManualResetEventSlim started = new();
        using ManualResetEventSlim release = new();
        bool ran = false;
        JoinHandle<int> first = runtime.SpawnBlocking(() =>
        {
            started.Set();
            release.Wait();
            return 1;
        });
        started.Wait();
        JoinHandle<int> queued = runtime.SpawnBlocking(() =>
        {
            ran = true;
            return 2;
        });
        JoinHandle<int> third = runtime.SpawnBlocking(() => 3);
        first.Abort();
        queued.Abort();
        Assert.False(first.IsFinished);
        release.Set();
        runtime.BlockOn(async () =>
        {
            Assert.Equal(1, await first);
            Assert.True((await queued.JoinAsync()).IsAborted);
            Assert.Equal(3, await third);
        });
        Assert.False(ran);
    });

    [Fact]
    public void Shutdown_drops_queued_closures_and_leaves_started_ones() => Bounded.Run(() =>
    {
        Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).MaxBlockingThreads(1).Build();
        using ManualResetEventSlim started = new();
        using ManualResetEventSlim release = new();
        JoinHandle<int> first = runtime.SpawnBlocking(() =>
        {
            started.Set();
            release.Wait();
            return 1;
        });
        started.Wait();
        JoinHandle<int> queued = runtime.SpawnBlocking(() => 2);
        runtime.Dispose();
        Assert.True(queued.IsFinished);
        Assert.False(first.IsFinished);
        release.Set();
        using Runtime other = Runtimes.Create(RuntimeKind.CurrentThread);
        Assert.Equal(1, other.BlockOn(first.AsFuture()));
        Assert.Throws<TaskAbortedException>(() => other.BlockOn(queued.AsFuture()));
    });

    [Fact]
    public void A_closure_may_spawn_tasks_and_closures() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(2).MaxBlockingThreads(2).Build();
        Assert.Equal(3, runtime.BlockOn(async () => await await Kio.SpawnBlocking(() =>
            Kio.Spawn(async () => await Kio.SpawnBlocking(() => 1) + 2))));
    });

    [Fact]
    public void Many_closures_from_many_threads_all_run() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(2).MaxBlockingThreads(4).Build();
        int ran = 0;
        runtime.BlockOn(async () =>
        {
            List<JoinHandle> spawners = [];
            for (int i = 0; i < 4; i++)
            {
                spawners.Add(Kio.Spawn(async () =>
                {
                    List<JoinHandle> handles = [];
                    for (int j = 0; j < 1000; j++)
                    {
                        handles.Add(Kio.SpawnBlocking(() => { Interlocked.Increment(ref ran); }));
                    }

                    foreach (JoinHandle handle in handles)
                    {
                        await handle;
                    }
                }));
            }

            foreach (JoinHandle spawner in spawners)
            {
                await spawner;
            }
        });
        Assert.Equal(4000, ran);
    });

    private static void InterlockedMax(ref int location, int value)
    {
        int seen = Volatile.Read(ref location);
        while (value > seen)
        {
            int before = Interlocked.CompareExchange(ref location, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
