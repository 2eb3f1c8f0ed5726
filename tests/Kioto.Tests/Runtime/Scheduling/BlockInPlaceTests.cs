using System;
using System.Collections.Generic;
using System.Threading;

namespace Kioto.Tests;

public sealed class BlockInPlaceTests
{
    [Theory]
    [MemberData(nameof(Runtimes.MultiThread), MemberType = typeof(Runtimes))]
    public void It_runs_the_code_on_this_thread_and_gives_its_result(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        for (int i = 0; i < 100; i++)
        {
            Thread before = Thread.CurrentThread;
            Thread? inside = null;
            Assert.Equal(i, Kio.BlockInPlace(() =>
            {
                inside = Thread.CurrentThread;
                return i;
            }));
            Kio.BlockInPlace(() => inside = Thread.CurrentThread);
            Assert.Same(before, inside);
            await Kio.YieldNow();
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.MultiThread), MemberType = typeof(Runtimes))]
    public void Others_go_on_while_every_worker_is_blocked(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        using ManualResetEventSlim gate = new();
        List<JoinHandle> blocked = [];
        int inside = 0;
        for (int i = 0; i < 6; i++)
        {
            blocked.Add(Kio.Spawn(async () =>
            {
                Kio.BlockInPlace(() =>
                {
                    Interlocked.Increment(ref inside);
                    gate.Wait();
                });
                await Kio.YieldNow();
            }));
        }

        await Expect.Until(() => Volatile.Read(ref inside) == 6);
        await Kio.Spawn(async () => await Kio.Sleep(TimeSpan.FromMilliseconds(1)));
        gate.Set();
        foreach (JoinHandle handle in blocked)
        {
            await handle;
        }
    });

    [Fact]
    public void The_task_that_would_run_next_is_not_kept() => Runtimes.Run(RuntimeKind.OneWorker, async () =>
    {
        using ManualResetEventSlim gate = new();
        JoinHandle child = Kio.Spawn(async () => gate.Set());
        Kio.BlockInPlace(gate.Wait);
        await child;
    });

    [Theory]
    [MemberData(nameof(Runtimes.MultiThread), MemberType = typeof(Runtimes))]
    public void The_task_works_after_it_has_lost_its_worker(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        using ManualResetEventSlim gate = new();
        JoinHandle child = Kio.Spawn(async () => gate.Set());
        Kio.BlockInPlace(gate.Wait);

        // What follows in the same poll: spawning, waking, timers, the end of other tasks.
        JoinHandle<int>[] more = [Kio.Spawn(async () => 1), Kio.Spawn(Future.FromResult(2))];
        JoinHandle sleeper = Kio.Spawn(async () => await Kio.Sleep(TimeSpan.FromHours(1)));
        sleeper.Abort();
        int sum = await more[0] + await more[1];
        await Kio.Sleep(TimeSpan.FromMilliseconds(1));
        Assert.True((await sleeper.JoinAsync()).IsAborted);
        Assert.Equal(3, sum);
        await child;
    });

    [Theory]
    [MemberData(nameof(Runtimes.MultiThread), MemberType = typeof(Runtimes))]
    public void BlockOn_and_blocking_waits_are_allowed_inside(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        RuntimeHandle runtime = RuntimeHandle.Current;
        using Runtime other = Runtimes.Create(RuntimeKind.CurrentThread);
        Assert.Equal(7, Kio.BlockInPlace(() => other.BlockOn(async () =>
        {
            await Kio.Sleep(TimeSpan.FromMilliseconds(1));
            return 7;
        })));
        Sync.AsyncSemaphore semaphore = new(0);
        _ = runtime.Spawn(async () => semaphore.Release(1));
        Kio.BlockInPlace(() => semaphore.Acquire().Dispose());
        Kio.BlockInPlace(() => runtime.Spawn(async () => await Kio.YieldNow()).AsFuture().AsTask().Wait());
        await Kio.YieldNow();
    });

    [Theory]
    [MemberData(nameof(Runtimes.MultiThread), MemberType = typeof(Runtimes))]
    public void It_nests_with_BlockOn_in_between(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        runtime.RunTask(async () =>
        {
            for (int i = 0; i < 50; i++)
            {
                int result = Kio.BlockInPlace(() => runtime.BlockOn(async () =>
                {
                    await Kio.YieldNow();
                    int inner = Kio.BlockInPlace(() => Kio.BlockInPlace(() => 1));
                    return inner + await Kio.Spawn(async () => Kio.BlockInPlace(() => 2));
                }));
                Assert.Equal(3, result);
                await Kio.YieldNow();
            }
        });
    });

    [Theory]
    [MemberData(nameof(Runtimes.MultiThread), MemberType = typeof(Runtimes))]
    public void In_BlockOn_on_a_plain_thread_it_is_a_plain_call(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        runtime.BlockOn(async () =>
        {
            using ManualResetEventSlim gate = new();
            JoinHandle child = Kio.Spawn(async () => gate.Set());
            Kio.BlockInPlace(gate.Wait);
            await child;
        });
        Assert.Equal(0, runtime.Handle.ReserveThreads);
    });

    [Fact]
    public void Outside_a_runtime_and_in_a_blocking_closure_it_is_a_plain_call() => Bounded.Run(() =>
    {
        Assert.Equal(1, Kio.BlockInPlace(() => 1));
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        Assert.Equal(2, runtime.BlockOn(async () => await Kio.SpawnBlocking(() => Kio.BlockInPlace(() => 2))));
    });

    [Fact]
    public void On_a_thread_that_cannot_hand_over_it_names_the_remedy() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        runtime.BlockOn(async () =>
        {
            Check();
            await Kio.Spawn(async () => Check());
        });
        using LocalSet set = new();
        using Runtime workers = Runtimes.Create(RuntimeKind.TwoWorkers);
        set.BlockOn(workers, async () =>
        {
            Check();
            await Kio.SpawnLocal(async () => Check("a LocalSet"));
        });
        using Runtime perCore = Runtimes.Create(RuntimeKind.PerCore);
        perCore.RunTask(async () => Check("a per-core runtime"));

        static void Check(string where = "SpawnBlocking")
        {
            bool ran = false;
            string message = Assert.Throws<InvalidOperationException>(() => Kio.BlockInPlace(() => ran = true)).Message;
            Assert.Contains("SpawnBlocking", message, StringComparison.Ordinal);
            Assert.Contains(where, message, StringComparison.Ordinal);
            Assert.False(ran);
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.MultiThread), MemberType = typeof(Runtimes))]
    public void What_the_code_throws_comes_out_and_the_task_goes_on(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        for (int i = 0; i < 20; i++)
        {
            Assert.Throws<FormatException>(() => Kio.BlockInPlace(() => throw new FormatException()));
            await Kio.YieldNow();
            Assert.Throws<InvalidOperationException>(() => new Sync.AsyncSemaphore(0).Acquire());
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.MultiThread), MemberType = typeof(Runtimes))]
    public void The_code_belongs_to_the_task(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        TaskLocal<int> local = new();
        AsyncLocal<int> flowing = new() { Value = 5 };
        await local.Scope(4, async () =>
        {
            await Kio.YieldNow();
            Assert.Equal(9, Kio.BlockInPlace(() => local.Get() + flowing.Value));
            Kio.BlockInPlace(() => flowing.Value = 6);
            Assert.Equal(6, flowing.Value);
            await Kio.YieldNow();
            Assert.Equal(10, local.Get() + flowing.Value);
        });
    });

    [Fact]
    public void The_budget_is_off_inside_and_as_it_was_after() => Runtimes.Run(RuntimeKind.TwoWorkers, async () =>
    {
        await Kio.YieldNow();
        int before = Ambient.Current.Budget;
        Kio.BlockInPlace(() => Assert.True(Ambient.Current.Budget > 1_000_000));
        Assert.Equal(before, Ambient.Current.Budget);
    });

    [Fact]
    public void Threads_come_back_and_are_used_again() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        runtime.RunTask(async () =>
        {
            for (int i = 0; i < 100; i++)
            {
                using ManualResetEventSlim gate = new();
                JoinHandle child = Kio.Spawn(async () => gate.Set());
                Kio.BlockInPlace(gate.Wait);
                await child;
            }
        });
        Assert.InRange(runtime.Handle.ReserveThreads, 1, 4);
    });

    [Fact]
    public void Idle_threads_of_the_reserve_leave() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).ThreadKeepAlive(TimeSpan.FromMilliseconds(20)).Build();
        runtime.RunTask(async () =>
        {
            using ManualResetEventSlim gate = new();
            JoinHandle child = Kio.Spawn(async () => gate.Set());
            Kio.BlockInPlace(gate.Wait);
            await child;
        });
        runtime.BlockOn(async () =>
        {
            while (runtime.Handle.ReserveThreads > 0)
            {
                await Kio.Sleep(TimeSpan.FromMilliseconds(5));
            }
        });
        Assert.Equal(5, runtime.BlockOn(async () => await Kio.Spawn(Future.FromResult(5))));
    });

    [Fact]
    public void Without_a_thread_to_hand_over_to_the_code_runs_all_the_same() => Bounded.Run(() =>
    {
        // One worker, and one thread that can take its place.
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).MaxBlockingThreads(1)
            .StuckThreshold(System.Threading.Timeout.InfiniteTimeSpan).Build();
        using ManualResetEventSlim gate = new();
        int inside = 0;
        JoinHandle[] handles = new JoinHandle[2];
        for (int i = 0; i < 2; i++)
        {
            handles[i] = runtime.Spawn(async () => Kio.BlockInPlace(() =>
            {
                if (Interlocked.Increment(ref inside) == 2)
                {
                    gate.Set();
                }

                gate.Wait();
            }));
        }

        runtime.BlockOn(async () =>
        {
            await handles[0];
            await handles[1];
            await Kio.Spawn(async () => await Kio.Sleep(TimeSpan.FromMilliseconds(1)));
        });
    });

    [Fact]
    public void Null_is_refused() => Bounded.Run(() =>
    {
        Assert.Throws<ArgumentNullException>(() => Kio.BlockInPlace(null!));
        Assert.Throws<ArgumentNullException>(() => Kio.BlockInPlace((Func<int>)null!));
    });
}
