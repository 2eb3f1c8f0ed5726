using System;
using System.Linq;
using System.Threading;

namespace Kioto.Tests;

/// <summary>What a runtime counts as a whole, as Tokio's rt_metrics and rt_unstable_metrics ask.</summary>
public sealed class RuntimeMetricsTests
{
    [Theory]
    [InlineData(RuntimeKind.CurrentThread, 1)]
    [InlineData(RuntimeKind.OneWorker, 1)]
    [InlineData(RuntimeKind.TwoWorkers, 2)]
    [InlineData(RuntimeKind.FourWorkers, 4)]
    [InlineData(RuntimeKind.PerCore, 3)]
    public void The_number_of_workers(RuntimeKind kind, int workers) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        Assert.Equal(workers, runtime.Metrics.WorkerCount);
        Assert.Equal(workers, runtime.Handle.Metrics.WorkerCount);
        Assert.Equal(workers - 1, runtime.Metrics.Worker(workers - 1).Index);
        ArgumentOutOfRangeException failure =
            Assert.Throws<ArgumentOutOfRangeException>(() => runtime.Metrics.Worker(workers));
        Assert.Contains($"{workers} worker", failure.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => runtime.Metrics.Worker(-1));
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Spawned_and_live_tasks_are_counted(RuntimeKind kind) => Bounded.Run(() =>
    {
        RuntimeMetrics metrics;
        using (Runtime runtime = Runtimes.Create(kind))
        {
            metrics = runtime.Metrics;
            Assert.Equal((0, 0), (metrics.SpawnedTaskCount, metrics.LiveTaskCount));
            runtime.BlockOn(async () =>
            {
                await runtime.Spawn(async () => Assert.Equal((1, 1), (metrics.SpawnedTaskCount, metrics.LiveTaskCount)));
                Assert.Equal((1, 0), (metrics.SpawnedTaskCount, metrics.LiveTaskCount)); // It counts as ended before who waits is woken.

                Event go = new();
                JoinHandle<int>[] handles = [.. Enumerable.Range(0, 100).Select(_ => Kio.Spawn(async () => await go.WaitAsync()))];
                JoinHandle failing = Kio.Spawn(async Future () => throw new FormatException());
                JoinHandle aborted = Kio.Spawn(async () => await Kio.Sleep(Timeout.InfiniteTimeSpan));
                Kio.Detach(async () => await go.WaitAsync());
                await failing.JoinAsync();
                Assert.Equal((104, 102), (metrics.SpawnedTaskCount, metrics.LiveTaskCount));
                aborted.Abort();
                await aborted.JoinAsync();
                go.Set();
                foreach (JoinHandle<int> handle in handles)
                {
                    await handle;
                }

                await Kio.SpawnBlocking(() => { }); // No task.
                await Expect.Until(() => metrics.LiveTaskCount == 0);
                Kio.Detach(async () => await Kio.Sleep(Timeout.InfiniteTimeSpan)); // Ended by the runtime.
                Assert.Equal((105, 1), (metrics.SpawnedTaskCount, metrics.LiveTaskCount));
            });
        }

        Assert.Equal((105, 0), (metrics.SpawnedTaskCount, metrics.LiveTaskCount));
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_refused_task_was_spawned_and_has_ended(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        runtime.Dispose();
        Assert.True(runtime.Spawn(async () => 1).IsFinished);
        Assert.Equal((1, 0), (runtime.Metrics.SpawnedTaskCount, runtime.Metrics.LiveTaskCount));
    });

    [Fact]
    public void Threads_that_come_and_go_leave_their_counts_behind() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        using Runtime other = Runtimes.Create(RuntimeKind.CurrentThread);
        for (int i = 0; i < 100; i++)
        {
            Thread thread = new(() =>
            {
                // Two runtimes in turn.
                runtime.Spawn(async () => { });
                _ = other.Spawn(async () => { });
                runtime.Spawn(async () => { });
            });
            thread.Start();
            thread.Join();
        }

        Assert.Equal((200, 200), (runtime.Metrics.SpawnedTaskCount, runtime.Metrics.RemoteScheduleCount));
        Assert.Equal((100, 100), (other.Metrics.SpawnedTaskCount, other.Metrics.LiveTaskCount));
        Assert.Equal(100, other.Metrics.GlobalQueueDepth);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_task_that_comes_from_elsewhere_is_scheduled_remotely(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        JoinHandle task = default;
        Thread thread = new(() => task = runtime.Spawn(async () => { }));
        thread.Start();
        thread.Join();
        runtime.BlockOn(async () => await task);
        Assert.Equal(1, runtime.Metrics.RemoteScheduleCount);
        Assert.Equal(0, runtime.Metrics.GlobalQueueDepth);
    });

    [Fact]
    public void The_depth_of_the_shared_queue_of_a_current_thread_runtime() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        Thread thread = new(() => runtime.Spawn(async () => { }));
        thread.Start();
        thread.Join();
        Assert.Equal(1, runtime.Metrics.GlobalQueueDepth);
        runtime.BlockOn(async () => await Kio.YieldNow());
        Assert.Equal(0, runtime.Metrics.GlobalQueueDepth);
    });

    [Fact]
    public void The_depth_of_the_queue_that_blocked_workers_share() => Bounded.Run(() =>
    {
        // Nobody takes a worker from a task that blocks it.
        using Runtime runtime = Runtime.CreateBuilder().ForTests().WorkerThreads(2).StuckThreshold(Timeout.InfiniteTimeSpan).Build();
        using Gate first = new();
        using Gate second = new();
        runtime.Spawn(async () => first.Pass());
        runtime.Spawn(async () => second.Pass());
        first.Entered.Wait();
        second.Entered.Wait();
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(i, runtime.Metrics.GlobalQueueDepth);
            runtime.Spawn(async () => { });
        }

        first.Open();
        second.Open();
        SpinWait.SpinUntil(() => runtime.Metrics.LiveTaskCount == 0);
        Assert.Equal(0, runtime.Metrics.GlobalQueueDepth);
    });

    [Fact]
    public void The_depths_of_the_queues_of_blocked_per_core_workers() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreatePerCoreBuilder().ForTests().WorkerThreads(1).Build();
        using Gate gate = new();
        runtime.Spawn(async () => gate.Pass());
        gate.Entered.Wait();
        runtime.Spawn(async () => { });
        runtime.SpawnOn(0, async () => { });
        Assert.Equal(2, runtime.Metrics.GlobalQueueDepth);
    });

    [Theory]
    [InlineData(RuntimeKind.CurrentThread)]
    [InlineData(RuntimeKind.OneWorker)]
    [InlineData(RuntimeKind.PerCore)]
    public void Background_tasks_that_wait_are_counted(RuntimeKind kind) => Bounded.Run(() =>
    {
        RuntimeBuilder builder = kind switch
        {
            RuntimeKind.CurrentThread => Runtime.CreateCurrentThreadBuilder(),
            RuntimeKind.PerCore => Runtime.CreatePerCoreBuilder().WorkerThreads(1),
            _ => Runtime.CreateBuilder().WorkerThreads(1).StuckThreshold(Timeout.InfiniteTimeSpan),
        };
        using Runtime runtime = builder.ForTests().Build();
        RuntimeMetrics metrics = runtime.Metrics;
        using Gate gate = new();
        int first = 0;
        if (kind != RuntimeKind.CurrentThread)
        {
            runtime.Spawn(async () => gate.Pass());
            gate.Entered.Wait();
            first = 1;
        }

        Event go = new();
        Thread thread = new(() =>
        {
            for (int i = 0; i < 10; i++)
            {
                Assert.Equal((i, 0, first + i), (metrics.BackgroundQueueDepth, metrics.GlobalQueueDepth, metrics.RemoteScheduleCount));
                runtime.Spawn(TaskClass.Background, async () =>
                {
                    await Kio.YieldNow(); // Queued once more, by the worker.
                    await go.WaitAsync();
                });
            }
        });
        thread.Start();
        thread.Join();
        Assert.Equal((10, 0, first + 10), (metrics.BackgroundQueueDepth, metrics.GlobalQueueDepth, metrics.RemoteScheduleCount));
        Assert.Equal(0, metrics.Worker(0).LocalQueueDepth);
        gate.Open();
        runtime.BlockOn(async () => await runtime.Spawn(async () =>
        {
            await Expect.Until(() => metrics.BackgroundQueueDepth == 0);
            long remote = metrics.RemoteScheduleCount;
            _ = Kio.Spawn(TaskClass.Background, async () => { });
            Assert.Equal((1, remote), (metrics.BackgroundQueueDepth, metrics.RemoteScheduleCount));
            go.Set();
            await Expect.Until(() => metrics.LiveTaskCount == 1);
            Assert.Equal((0, remote), (metrics.BackgroundQueueDepth, metrics.RemoteScheduleCount));
        }));
    });

    [Fact]
    public void A_background_task_that_has_lost_its_worker_counts_once() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        runtime.BlockOn(async () => await runtime.Spawn(TaskClass.Background, async () =>
        {
            Kio.BlockInPlace(() => { });
            await Kio.YieldNow();
        }));
        Assert.Equal(0, runtime.Metrics.BackgroundQueueDepth);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_poll_that_uses_up_its_budget_counts_once(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        Assert.Equal(0, runtime.Metrics.BudgetForcedYieldCount);
        runtime.BlockOn(async () => await Exhaust());
        Assert.Equal(1, runtime.Metrics.BudgetForcedYieldCount);
        runtime.RunTask(Exhaust);
        Assert.Equal(2, runtime.Metrics.BudgetForcedYieldCount);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_poll_of_several_arms_that_use_up_its_budget_counts_once(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        runtime.BlockOn(async () => await Kio.Join(ExhaustOnce(), ExhaustOnce()));
        Assert.Equal(1, runtime.Metrics.BudgetForcedYieldCount);

        // Each is told once that there is no budget left, and ends.
        static async Future<int> ExhaustOnce()
        {
            while (Kio.HasBudgetRemaining)
            {
                await Kio.ConsumeBudgetAsync();
            }

            await Kio.ConsumeBudgetAsync();
            return 0;
        }
    });

    [Fact]
    public void A_task_that_is_stuck_and_a_failure_that_nobody_observes_are_counted() => Bounded.Run(() =>
    {
        using ManualResetEventSlim reported = new();
        using Gate gate = new();
        using Runtime runtime = Runtime.CreateBuilder().ForTests().WorkerThreads(1)
            .StuckThreshold(TimeSpan.FromMilliseconds(10))
            .OnStuckTask(_ => reported.Set())
            .OnUnhandledFailure(UnhandledFailure.Ignore)
            .Build();
        Assert.Equal((0, 0), (runtime.Metrics.StuckTaskCount, runtime.Metrics.UnhandledFailureCount));
        runtime.Spawn(async () => gate.Pass());
        reported.Wait();
        Assert.Equal(1, runtime.Metrics.StuckTaskCount);
        Assert.Equal(1, runtime.Metrics.ReserveThreadCount);
        gate.Open();
        using (runtime.Enter())
        {
            Kio.Detach(async Future () => throw new FormatException());
        }

        SpinWait.SpinUntil(() => runtime.Metrics.UnhandledFailureCount == 1);
    });

    [Fact]
    public void Tasks_of_a_local_set_are_the_sets_own() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        using LocalSet set = new();
        set.BlockOn(runtime, async () => await Kio.SpawnLocal(async () => await Exhaust()));
        Assert.Equal(0, runtime.Metrics.SpawnedTaskCount);
        Assert.Equal(1, runtime.Metrics.BudgetForcedYieldCount); // But they delay the runtime as any others.
    });

    private static async Future Exhaust()
    {
        while (Kio.HasBudgetRemaining)
        {
            await Kio.ConsumeBudgetAsync();
        }

        await Kio.ConsumeBudgetAsync();
    }
}
