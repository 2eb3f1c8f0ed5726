using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Kioto.Tests;

/// <summary>What each worker counts, as Tokio's rt_metrics and rt_unstable_metrics ask.</summary>
public sealed class WorkerMetricsTests
{
    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_worker_that_sleeps_has_parked(RuntimeKind kind) => Bounded.Run(() =>
    {
        RuntimeMetrics metrics;
        using (Runtime runtime = Runtimes.Create(kind))
        {
            metrics = runtime.Metrics;
            runtime.BlockOn(async () => await Kio.Sleep(TimeSpan.FromMilliseconds(1)));
            if (kind != RuntimeKind.CurrentThread)
            {
                SpinWait.SpinUntil(() => Workers(metrics).All(worker => worker.ParkCount >= 1));
            }
        }

        foreach (WorkerMetrics worker in Workers(metrics))
        {
            Assert.InRange(worker.ParkCount, 1, long.MaxValue);
            Assert.Equal(0, worker.ParkUnparkCount % 2); // Awake, or at an end.
            Assert.Equal(worker.ParkUnparkCount, 2 * worker.ParkCount);
            Assert.InRange(worker.NoopCount, 0, worker.ParkCount);
        }
    });

    [Theory]
    [InlineData(RuntimeKind.TwoWorkers)]
    [InlineData(RuntimeKind.PerCore)]
    public void An_odd_count_is_a_worker_that_sleeps(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        RuntimeMetrics metrics = runtime.Metrics;
        SpinWait.SpinUntil(() => Workers(metrics).All(worker => worker.ParkUnparkCount % 2 == 1));
        long before = Workers(metrics).Sum(worker => worker.ParkUnparkCount);
        long during = 0;
        runtime.BlockOn(async () => await runtime.Spawn(async () =>
        {
            int index = RuntimeHandle.CurrentWorkerIndex!.Value;
            during = metrics.Worker(index).ParkUnparkCount;
        }));
        Assert.Equal(0, during % 2);
        SpinWait.SpinUntil(() => Workers(metrics).All(worker => worker.ParkUnparkCount % 2 == 1));
        Assert.InRange(Workers(metrics).Sum(worker => worker.ParkUnparkCount), before + 2, long.MaxValue);
        runtime.Dispose();
        foreach (WorkerMetrics worker in Workers(metrics))
        {
            Assert.Equal(0, worker.ParkUnparkCount % 2);
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_worker_that_is_woken_for_nothing_counts_it(RuntimeKind kind) => Bounded.Run(() =>
    {
        RuntimeMetrics metrics;
        using (Runtime runtime = Runtimes.Create(kind))
        {
            metrics = runtime.Metrics;

            // What is blocked on is no task: the worker whose driver fires the timer polls nothing.
            for (long before = Noops(); Noops() == before;)
            {
                runtime.BlockOn(async () =>
                {
                    await Kio.Sleep(TimeSpan.FromMilliseconds(1));
                    await Kio.Sleep(TimeSpan.FromMilliseconds(1));
                });
            }
        }

        Assert.InRange(Noops(), 1, long.MaxValue);

        long Noops() => Workers(metrics).Sum(worker => worker.NoopCount);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Every_poll_of_a_task_is_counted_and_timed(RuntimeKind kind) => Bounded.Run(() =>
    {
        RuntimeMetrics metrics;
        using (Runtime runtime = Runtimes.Create(kind))
        {
            metrics = AskForTimes(runtime, kind);
            runtime.BlockOn(async () =>
            {
                for (int i = 0; i < 5; i++)
                {
                    await Kio.Spawn(async () =>
                    {
                        long start = Environment.TickCount64;
                        while (Environment.TickCount64 == start)
                        {
                            Thread.SpinWait(100);
                        }
                    });
                }
            });
        }

        Assert.Equal(5, Workers(metrics).Sum(worker => worker.PollCount));
        Assert.True(Workers(metrics).Sum(worker => worker.MeanPollTime.Ticks) > 0);
        Assert.False(metrics.PollTimeHistogram.IsEnabled);
        Assert.Equal((0, 0), (metrics.PollTimeHistogram.BucketCount, metrics.PollTimeHistogram.TotalCount));
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Every_worker_has_been_busy(RuntimeKind kind) => Bounded.Run(() =>
    {
        RuntimeMetrics metrics;
        using (Runtime runtime = Runtimes.Create(kind))
        {
            metrics = AskForTimes(runtime, kind);
            runtime.BlockOn(async () =>
            {
                for (int i = 0; i < 5; i++)
                {
                    await Kio.Spawn(async () => await Kio.YieldNow());
                }
            });
        }

        foreach (WorkerMetrics worker in Workers(metrics))
        {
            Assert.True(worker.BusyDuration > TimeSpan.Zero);
        }

        Assert.Equal(Workers(metrics), Workers(metrics)); // It has ended: nothing goes on.
    });

    [Theory]
    [InlineData(RuntimeKind.CurrentThread)]
    [InlineData(RuntimeKind.OneWorker)]
    public void A_busy_worker_is_seen_to_be_busy_and_a_sleeping_one_not(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        RuntimeMetrics metrics = runtime.Metrics;
        runtime.RunTask(async () =>
        {
            // From an event interval on it is measured, also if the worker was awake when somebody first asked.
            await Expect.Until(() => metrics.Worker(0).BusyDuration > TimeSpan.Zero);
            TimeSpan last = metrics.Worker(0).BusyDuration;
            for (int i = 0; i < 1000; i++)
            {
                TimeSpan now = metrics.Worker(0).BusyDuration;
                Assert.True(now >= last);
                last = now;
            }

            TimeSpan before = metrics.Worker(0).BusyDuration;
            SpinWait.SpinUntil(() => metrics.Worker(0).BusyDuration - before > TimeSpan.FromMilliseconds(2)); // During one poll.
        });
        if (kind == RuntimeKind.OneWorker)
        {
            SpinWait.SpinUntil(() => metrics.Worker(0).ParkUnparkCount % 2 == 1);
            WorkerMetrics asleep;
            WorkerMetrics later;
            WorkerMetrics latest;
            do
            {
                asleep = metrics.Worker(0);
                SpinWait.SpinUntil(() => false, 5);
                later = metrics.Worker(0);
                latest = metrics.Worker(0); // It may have woken up while it was read.
            }
            while (asleep.ParkUnparkCount != latest.ParkUnparkCount || asleep.ParkUnparkCount % 2 == 0);

            Assert.Equal(asleep.BusyDuration, later.BusyDuration);
        }
        else
        {
            Assert.Equal(metrics.Worker(0).BusyDuration, metrics.Worker(0).BusyDuration); // Nobody drives it.
        }
    });

    [Fact]
    public void Nobody_reads_the_clock_before_somebody_asks() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        runtime.RunTask(async () => await Kio.Sleep(TimeSpan.FromMilliseconds(5)));
        Assert.Equal(TimeSpan.Zero, runtime.Metrics.Worker(0).BusyDuration);
        runtime.RunTask(async () => await Kio.Sleep(TimeSpan.FromMilliseconds(5)));
        Assert.True(runtime.Metrics.Worker(0).BusyDuration > TimeSpan.Zero);
    });

    [Fact]
    public void The_schedules_of_a_current_thread_runtime() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        runtime.BlockOn(async () => await Kio.Spawn(async () => { }));
        Assert.Equal((1, 0), (runtime.Metrics.Worker(0).LocalScheduleCount, runtime.Metrics.RemoteScheduleCount));
    });

    [Theory]
    [MemberData(nameof(Runtimes.MultiThread), MemberType = typeof(Runtimes))]
    public void The_schedules_of_workers(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        RuntimeMetrics metrics = runtime.Metrics;
        runtime.RunTask(async () => await Kio.Spawn(async () => { }));

        // The first comes from here; it spawns the second, whose end wakes the first again, unless it had ended before.
        Assert.Equal(1, metrics.RemoteScheduleCount);
        Assert.InRange(Workers(metrics).Sum(worker => worker.LocalScheduleCount), 1, 2);
    });

    [Fact]
    public void A_per_core_worker_counts_its_own_schedules() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.PerCore);
        JoinHandle task = runtime.SpawnOn(1, async () => await Kio.Spawn(async () => { }));
        runtime.BlockOn(async () => await task);
        Assert.Equal([0, 2, 0], Workers(runtime.Metrics).Select(worker => worker.LocalScheduleCount));
        Assert.Equal([0, 3, 0], Workers(runtime.Metrics).Select(worker => worker.PollCount));
        Assert.Equal(1, runtime.Metrics.RemoteScheduleCount);
    });

    [Theory]
    [InlineData(RuntimeKind.CurrentThread)]
    [InlineData(RuntimeKind.OneWorker)]
    [InlineData(RuntimeKind.PerCore)]
    public void The_depth_of_a_workers_own_queue(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        runtime.RunTask(async () =>
        {
            int index = RuntimeHandle.CurrentWorkerIndex!.Value;
            RuntimeMetrics metrics = RuntimeHandle.Current.Metrics;
            for (int i = 0; i < 100; i++)
            {
                _ = Kio.Spawn(async () => { });
                Assert.Equal(i + 1, metrics.Worker(index).LocalQueueDepth);
            }

            await Kio.YieldNow();
            Assert.Equal(0, metrics.Worker(index).LocalQueueDepth);
        });
        Assert.All(Workers(runtime.Metrics), worker => Assert.Equal(0, worker.LocalQueueDepth));
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void The_queues_of_an_ended_runtime_are_empty(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        runtime.BlockOn(async () =>
        {
            for (int i = 0; i < 1000; i++)
            {
                Kio.Detach(async () => await Kio.YieldNow());
            }
        });
        runtime.Dispose();
        Assert.Equal((0, 0), (runtime.Metrics.LiveTaskCount, runtime.Metrics.GlobalQueueDepth));
        Assert.All(Workers(runtime.Metrics), worker => Assert.Equal(0, worker.LocalQueueDepth));
    });

    [Fact]
    public void Tasks_that_find_the_queue_full_are_counted() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateBuilder().ForTests().WorkerThreads(2).StuckThreshold(Timeout.InfiniteTimeSpan).Build();
        using Gate other = new();
        runtime.BlockOn(async () =>
        {
            await Kio.Spawn(async () =>
            {
                // From outside, so that the other worker takes it.
                _ = runtime.Handle.SpawnBlocking(() => _ = runtime.Spawn(async () => other.Pass()));
                other.Entered.Wait();
                for (int i = 0; i < 300; i++)
                {
                    _ = Kio.Spawn(async () => { });
                }

                Assert.Equal(257, runtime.Metrics.Worker(RuntimeHandle.CurrentWorkerIndex!.Value).LocalQueueDepth);
                Assert.Equal(43, runtime.Metrics.GlobalQueueDepth);
                other.Open();
            });
        });

        // 256 in the ring and one in the slot.
        Assert.Equal(43, Workers(runtime.Metrics).Sum(worker => worker.OverflowCount));
    });

    [Fact]
    public void What_is_stolen_is_counted() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateBuilder().ForTests().WorkerThreads(2)
            .DisableLifoSlot().StuckThreshold(Timeout.InfiniteTimeSpan).Build();
        runtime.RunTask(async () =>
        {
            using ManualResetEventSlim ran = new();
            _ = Kio.Spawn(async () => ran.Set());
            ran.Wait(); // On this worker's thread: only the other one can run it.
        });
        Assert.Equal(1, Workers(runtime.Metrics).Sum(worker => worker.StealCount));
        Assert.Equal(1, Workers(runtime.Metrics).Sum(worker => worker.StealOperations));
    });

    [Theory]
    [InlineData(RuntimeKind.CurrentThread)]
    [InlineData(RuntimeKind.OneWorker)]
    [InlineData(RuntimeKind.PerCore)]
    public void Nothing_is_stolen_or_overflows_where_there_is_nobody(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        runtime.RunTask(async () =>
        {
            JoinHandle[] tasks = [.. Enumerable.Range(0, 200).Select(_ => Kio.Spawn(async () => await Kio.YieldNow()))];
            foreach (JoinHandle task in tasks)
            {
                await task;
            }
        });
        Assert.All(Workers(runtime.Metrics), worker =>
            Assert.Equal((0, 0, 0), (worker.StealCount, worker.StealOperations, worker.OverflowCount)));
    });

    [Fact]
    public void The_thread_of_a_current_thread_runtime() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        Assert.Equal(0, runtime.Metrics.Worker(0).ThreadId);
        runtime.BlockOn(async () => await Kio.YieldNow());
        Assert.Equal(Environment.CurrentManagedThreadId, runtime.Metrics.Worker(0).ThreadId);
        int id = 0;
        Thread thread = new(() =>
        {
            id = Environment.CurrentManagedThreadId;
            runtime.BlockOn(async () => await Kio.YieldNow());
        });
        thread.Start();
        thread.Join();
        Assert.Equal(id, runtime.Metrics.Worker(0).ThreadId);
        runtime.BlockOn(async () => await Kio.YieldNow());
        Assert.Equal(Environment.CurrentManagedThreadId, runtime.Metrics.Worker(0).ThreadId);
    });

    [Fact]
    public void The_thread_of_a_worker_that_moves() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        runtime.RunTask(async () =>
        {
            RuntimeMetrics metrics = RuntimeHandle.Current.Metrics;
            int index = RuntimeHandle.CurrentWorkerIndex!.Value;
            int mine = Environment.CurrentManagedThreadId;
            Assert.Equal(mine, metrics.Worker(index).ThreadId);
            Kio.BlockInPlace(() =>
            {
                _ = runtime.Spawn(async () => { }); // So that there is something to do.
                SpinWait.SpinUntil(() => metrics.Worker(index).ThreadId != mine);
            });
        });
    });

    [Fact]
    public void A_local_runtime_counts_as_a_worker() => Bounded.Run(() =>
    {
        RuntimeMetrics metrics;
        using (LocalRuntime runtime = Runtime.CreateCurrentThreadBuilder().ForTests().BuildLocal())
        {
            metrics = runtime.Metrics;
            runtime.BlockOn(async () =>
            {
                for (int i = 0; i < 5; i++)
                {
                    await Kio.SpawnLocal(async () => await Kio.Sleep(TimeSpan.FromMilliseconds(1)));
                }
            });
        }

        Assert.Equal((1, 5, 0), (metrics.WorkerCount, metrics.SpawnedTaskCount, metrics.LiveTaskCount));
        WorkerMetrics worker = metrics.Worker(0);
        Assert.Equal(10, worker.PollCount);
        Assert.Equal(10, worker.LocalScheduleCount);
        Assert.InRange(worker.ParkCount, 5, long.MaxValue);
        Assert.True(worker.BusyDuration > TimeSpan.Zero);
        Assert.Equal(Environment.CurrentManagedThreadId, worker.ThreadId);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Figures_never_go_back_while_they_are_read(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        RuntimeMetrics metrics = runtime.Metrics;
        bool done = false;
        Exception? failure = null;
        Thread reader = new(() => failure = Record.Exception(() =>
        {
            WorkerMetrics[] before = [.. Workers(metrics)];
            (long Spawned, long Remote) counts = default;
            while (!Volatile.Read(ref done))
            {
                WorkerMetrics[] now = [.. Workers(metrics)];
                for (int i = 0; i < now.Length; i++)
                {
                    Assert.InRange(now[i].PollCount, before[i].PollCount, long.MaxValue);
                    Assert.InRange(now[i].BusyDuration, before[i].BusyDuration, TimeSpan.MaxValue);
                    Assert.InRange(now[i].ParkUnparkCount, before[i].ParkUnparkCount, long.MaxValue);
                    Assert.InRange(now[i].LocalScheduleCount, before[i].LocalScheduleCount, long.MaxValue);
                    Assert.InRange(now[i].LocalQueueDepth, 0, int.MaxValue);
                }

                before = now;
                (long Spawned, long Remote) later = (metrics.SpawnedTaskCount, metrics.RemoteScheduleCount);
                Assert.InRange(later.Spawned, counts.Spawned, 10_001);
                Assert.InRange(later.Remote, counts.Remote, long.MaxValue);
                counts = later;
                Assert.InRange(metrics.LiveTaskCount, 0, 10_001);
                Assert.InRange(metrics.GlobalQueueDepth, 0, long.MaxValue);
            }
        }));
        reader.Start();
        runtime.RunTask(async () =>
        {
            for (int round = 0; round < 200; round++)
            {
                JoinHandle[] tasks = [.. Enumerable.Range(0, 50).Select(_ => Kio.Spawn(async () => await Kio.YieldNow()))];
                foreach (JoinHandle task in tasks)
                {
                    await task;
                }
            }
        });
        Volatile.Write(ref done, true);
        reader.Join();
        Assert.Null(failure);
    });

    // A worker looks whether it is to measure when it wakes up: one that was awake when somebody first asked, and was kept
    // from running from then to the end, has measured nothing. That of a current-thread runtime begins with BlockOn.
    private static RuntimeMetrics AskForTimes(Runtime runtime, RuntimeKind kind)
    {
        RuntimeMetrics metrics = runtime.Metrics;
        SpinWait.SpinUntil(() => kind == RuntimeKind.CurrentThread || Workers(metrics).All(worker => worker.ParkUnparkCount % 2 == 1));
        return metrics;
    }

    private static IEnumerable<WorkerMetrics> Workers(RuntimeMetrics metrics)
    {
        for (int i = 0; i < metrics.WorkerCount; i++)
        {
            yield return metrics.Worker(i);
        }
    }
}
