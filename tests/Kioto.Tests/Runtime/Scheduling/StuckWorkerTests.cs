using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>Tasks that block their thread for real: what else the worker has goes on.</summary>
public sealed class StuckWorkerTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(1, 4)]
    [InlineData(2, 4)]
    [InlineData(5, 4)]
    public void Others_go_on_although_workers_are_stuck(int stuck, int workers) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(workers).OnStuckTask(_ => { }).Build();
        using ManualResetEventSlim gate = new();
        int blocked = 0;
        List<JoinHandle> stuckTasks = [];
        for (int i = 0; i < stuck; i++)
        {
            stuckTasks.Add(runtime.Spawn(async () =>
            {
                Interlocked.Increment(ref blocked);
                gate.Wait();
                await Kio.YieldNow();
            }));
        }

        runtime.BlockOn(async () =>
        {
            await Expect.Until(() => Volatile.Read(ref blocked) == stuck);
            for (int round = 0; round < 5; round++)
            {
                List<JoinHandle> others = [];
                for (int i = 0; i < 100; i++)
                {
                    others.Add(Kio.Spawn(async () =>
                    {
                        await Kio.YieldNow();
                        await Kio.Sleep(TimeSpan.FromMilliseconds(1));
                        await Kio.Spawn(async () => await Kio.YieldNow());
                    }));
                }

                foreach (JoinHandle other in others)
                {
                    await other;
                }
            }

            gate.Set();
            foreach (JoinHandle task in stuckTasks)
            {
                await task;
            }

            // The runtime is whole again.
            await Kio.Spawn(async () => await Kio.Sleep(TimeSpan.FromMilliseconds(1)));
        });
    });

    [Theory]
    [MemberData(nameof(Runtimes.MultiThread), MemberType = typeof(Runtimes))]
    public void The_task_that_would_run_next_is_saved(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Builder(kind).Build();
        runtime.RunTask(async () =>
        {
            using ManualResetEventSlim gate = new();
            JoinHandle next = Kio.Spawn(async () => gate.Set());
            gate.Wait();
            await next;
        });
    });

    [Fact]
    public void What_overflows_during_the_poll_is_saved() => Bounded.Run(() =>
    {
        using Runtime runtime = Builder(RuntimeKind.OneWorker).Build();
        runtime.RunTask(async () =>
        {
            using CountdownEvent all = new(500);
            for (int i = 0; i < 500; i++)
            {
                Kio.Detach(async () => all.Signal());
            }

            all.Wait();
            await Kio.YieldNow();
        });
    });

    [Theory]
    [MemberData(nameof(Runtimes.MultiThread), MemberType = typeof(Runtimes))]
    public void Its_timers_fire(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Builder(kind).Build();
        runtime.RunTask(async () =>
        {
            using ManualResetEventSlim gate = new();
            bool asleep = false;
            JoinHandle sleeper = Kio.Spawn(async () =>
            {
                Future sleep = Kio.Sleep(TimeSpan.FromMilliseconds(20));
                asleep = true;
                await sleep;
                gate.Set();
            });
            await Expect.Until(() => asleep);
            gate.Wait();
            await sleeper;
        });
    });

    [Theory]
    [MemberData(nameof(Runtimes.MultiThread), MemberType = typeof(Runtimes))]
    public void A_stuck_task_may_spawn_wake_abort_and_sleep(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Builder(kind).Build();
        runtime.RunTask(async () =>
        {
            Signal signal = new();
            JoinHandle<int> waiter = Kio.Spawn(async () => await signal.AsFuture());
            JoinHandle sleeper = Kio.Spawn(async () => await Kio.Sleep(TimeSpan.FromHours(1)));
            await Expect.Until(() => signal.Polls > 0);
            SpinWait.SpinUntil(static () => RuntimeHandle.CurrentWorkerIndex is null); // Another thread has its worker.
            signal.Set();
            sleeper.Abort();
            JoinHandle<int> child = Kio.Spawn(async () =>
            {
                await Kio.Sleep(TimeSpan.FromMilliseconds(1));
                return 5;
            });
            await waiter;
            Assert.Equal(5, await child);
            Assert.True((await sleeper.JoinAsync()).IsAborted);
            await Kio.Sleep(TimeSpan.FromMilliseconds(1));
        });
    });

    [Fact]
    public void The_report_names_the_task_its_worker_and_how_long() => Bounded.Run(() =>
    {
        TaskCompletionSource<StuckTaskReport> told = new();
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(2).OnStuckTask(report => told.TrySetResult(report)).Build();
        using ManualResetEventSlim gate = new();
        JoinHandle stuck = runtime.Spawn(async () =>
        {
            await Kio.YieldNow();
            await Kio.Join(Kio.YieldNow(), Block());
        });
        StuckTaskReport report = told.Task.GetAwaiter().GetResult();
        gate.Set();
        runtime.BlockOn(async () => await stuck);
        Assert.Equal(stuck.Id, report.TaskId);
        Assert.InRange(Assert.NotNull(report.WorkerIndex), 0, 1);
        Assert.True(report.Duration >= TimeSpan.FromMilliseconds(50), $"{report.Duration}");
        Assert.True(report.MovedOn);
        Assert.Contains($"task {stuck.Id}", report.ToString(), StringComparison.Ordinal);

        async Future Block()
        {
            gate.Wait();
            await Kio.YieldNow();
        }
    });

    [Fact]
    public void A_poll_is_reported_once_and_a_callback_that_throws_harms_nobody() => Bounded.Run(() =>
    {
        int reports = 0;
        ConcurrentQueue<(Exception Failure, string? Knob)> failures = new();
        using ManualResetEventSlim once = new();
        using ManualResetEventSlim twice = new();
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).StuckThreshold(TimeSpan.FromMilliseconds(10))
            .OnUnhandledFailure((failure, task) =>
            {
                failures.Enqueue((failure, task.Name));
                (failures.Count == 1 ? once : twice).Set();
            })
            .OnStuckTask(_ =>
            {
                Interlocked.Increment(ref reports);
                throw new FormatException();
            }).Build();
        runtime.RunTask(async () =>
        {
            once.Wait();
            twice.Wait(TimeSpan.FromMilliseconds(150));
        });
        Assert.Equal(1, reports);
        runtime.RunTask(async () => twice.Wait());
        Assert.Equal(2, reports);
        Assert.All(failures, failure =>
        {
            Assert.IsType<FormatException>(failure.Failure);
            Assert.Equal("OnStuckTask", failure.Knob);
        });
    });

    [Fact]
    public void Turned_off_it_reports_nothing_but_the_driver_is_looked_at() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(2).StuckThreshold(System.Threading.Timeout.InfiniteTimeSpan).Build();
        using ManualResetEventSlim gate = new();
        JoinHandle stuck = runtime.Spawn(async () => gate.Wait());
        runtime.RunTask(async () => await Kio.Sleep(TimeSpan.FromMilliseconds(120)));
        gate.Set();
        runtime.BlockOn(async () => await stuck);
        Assert.Equal(0, runtime.Metrics.StuckTaskCount);
        Assert.Equal(0, runtime.Handle.ReserveThreads);
    });

    [Fact]
    public void Polls_that_are_short_are_not_stuck() => Bounded.Run(() =>
    {
        int reports = 0;
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(2).StuckThreshold(TimeSpan.FromSeconds(5))
            .OnStuckTask(_ => Interlocked.Increment(ref reports)).Build();
        runtime.RunTask(async () =>
        {
            Stopwatch watch = Stopwatch.StartNew();
            while (watch.ElapsedMilliseconds < 200)
            {
                await Kio.YieldNow();
            }
        });
        Assert.Equal(0, reports);
    });

    [Theory]
    [MemberData(nameof(Runtimes.MultiThread), MemberType = typeof(Runtimes))]
    public void Dispose_returns_although_tasks_are_stuck_and_they_end_as_aborted(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Builder(kind).CleanupGrace(TimeSpan.FromMilliseconds(200)).Build();
        using ManualResetEventSlim gate = new();
        int blocked = 0;
        int cleaned = 0;
        JoinHandle[] stuck = new JoinHandle[2];
        for (int i = 0; i < 2; i++)
        {
            stuck[i] = runtime.Spawn(async () =>
            {
                try
                {
                    Interlocked.Increment(ref blocked);
                    gate.Wait();
                    await new Signal().AsFuture();
                }
                finally
                {
                    Interlocked.Increment(ref cleaned);
                }
            });
        }

        JoinHandle innocent = runtime.Spawn(async () => await Kio.Sleep(TimeSpan.FromHours(1)));
        runtime.BlockOn(async () => await Expect.Until(() => Volatile.Read(ref blocked) == 2));
        runtime.Dispose(); // The gate is closed: waiting for them would last for ever.
        Assert.True(innocent.IsFinished);
        Assert.False(stuck[0].IsFinished || stuck[1].IsFinished);

        // When they come back the runtime is gone: they are dropped at their next suspension.
        gate.Set();
        using Runtime other = Runtimes.Create(RuntimeKind.CurrentThread);
        foreach (JoinHandle handle in stuck)
        {
            Assert.True(other.BlockOn(handle.JoinAsync()).IsAborted);
        }

        Assert.Equal(0, cleaned);
    });

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Tasks_that_are_stuck_at_random_lose_nothing(int workers) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(workers).StuckThreshold(TimeSpan.FromMilliseconds(10))
            .OnStuckTask(_ => { }).Build();
        int sum = 0;
        runtime.RunTask(async () =>
        {
            List<JoinHandle> tasks = [];
            for (int i = 0; i < 200; i++)
            {
                int id = i;
                tasks.Add(Kio.Spawn(async () =>
                {
                    for (int turn = 0; turn < 5; turn++)
                    {
                        JoinHandle<int> child = Kio.Spawn(async () =>
                        {
                            await Kio.YieldNow();
                            return 1;
                        });
                        if ((id + turn) % 40 == 0)
                        {
                            // Computes for some 15 ms, and spawns all the while: it is dispossessed between two steps.
                            Stopwatch watch = Stopwatch.StartNew();
                            while (watch.ElapsedMilliseconds < 15)
                            {
                                Kio.Detach(async () => await Kio.YieldNow());
                            }
                        }

                        Interlocked.Add(ref sum, await child);
                    }
                }));
            }

            foreach (JoinHandle task in tasks)
            {
                await task;
            }
        });
        Assert.Equal(1000, sum);
    });

    private static RuntimeBuilder Builder(RuntimeKind kind) =>
        Runtimes.Builder(kind).StuckThreshold(TimeSpan.FromMilliseconds(50)).OnStuckTask(_ => { });
}
