using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Kioto.Tests;

/// <summary>What is measured of single tasks, where the builder was asked for it.</summary>
public sealed class TaskMetricsTests
{
    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Polls_wakes_and_times_of_a_task(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(kind).TaskMetrics().StuckThreshold(Timeout.InfiniteTimeSpan).Build();
        JoinHandle<int> task = default;
        runtime.BlockOn(async () =>
        {
            Event go = new();
            task = Kio.Spawn(async () =>
            {
                Spin.For(3);
                await go.WaitAsync();
                Spin.For(1);
                await Kio.YieldNow();
                while (Kio.HasBudgetRemaining)
                {
                    await Kio.ConsumeBudgetAsync();
                }

                await Kio.ConsumeBudgetAsync();
                return 1;
            });
            await Expect.Until(() => task.Metrics is { PollCount: 1, BusyDuration.Ticks: > 0 });
            go.Set();
            await task;
        });
        TaskMetrics metrics = task.Metrics!.Value;
        Assert.Equal(4, metrics.PollCount); // The first, the wake's, the yield's and the forced yield's.
        Assert.Equal(1, metrics.WakeCount);
        Assert.Equal(1, metrics.ForcedYieldCount);
        Assert.True(metrics.BusyDuration >= TimeSpan.FromMilliseconds(2));
        Assert.True(metrics.LongestPoll >= TimeSpan.FromMilliseconds(1));
        Assert.True(metrics.LongestPoll <= metrics.BusyDuration);
        Assert.True(metrics.ScheduledDuration > TimeSpan.Zero);
    });

    [Fact]
    public void Without_being_asked_nothing_is_measured() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(RuntimeKind.CurrentThread)
            .OnTaskTerminate(task => Assert.Null(task.Metrics)).Build();
        JoinHandle task = runtime.Spawn(async () => { });
        runtime.BlockOn(async () => await task);
        Assert.Null(task.Metrics);
        Assert.Empty(runtime.Metrics.SpawnSites());
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Tasks_are_added_up_by_where_they_were_spawned(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(kind).TaskMetrics().Build();
        runtime.BlockOn(async () =>
        {
            JoinHandle[] tasks = [.. Enumerable.Range(0, 10).Select(_ => Kio.Spawn(async () => await Kio.YieldNow()))];
            foreach (JoinHandle task in tasks)
            {
                await task;
            }

            await Kio.Spawn(async () => { });
        });
        IReadOnlyList<SpawnSiteMetrics> sites = runtime.Metrics.SpawnSites();
        Assert.Equal([1, 10], sites.Select(site => site.TaskCount).Order());
        SpawnSiteMetrics ten = sites.Single(site => site.TaskCount == 10);
        Assert.EndsWith("TaskMetricsTests.cs", ten.Site.File, StringComparison.Ordinal);
        Assert.Equal(20, ten.Tasks.PollCount);
        Assert.True(ten.Tasks.BusyDuration > TimeSpan.Zero);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Hooks_see_site_latency_and_the_last_figures(RuntimeKind kind) => Bounded.Run(() =>
    {
        ConcurrentQueue<TimeSpan?> before = new();
        ConcurrentQueue<TimeSpan?> after = new();
        ConcurrentQueue<TimeSpan?> others = new();
        ConcurrentQueue<TaskMetrics?> ended = new();
        ConcurrentQueue<SpawnSite> sites = new();
        using (Runtime runtime = Runtimes.Builder(kind).TaskMetrics()
            .OnBeforeTaskPoll(task => before.Enqueue(task.ScheduleLatency))
            .OnAfterTaskPoll(task => after.Enqueue(task.ScheduleLatency))
            .OnTaskSpawn(task =>
            {
                others.Enqueue(task.ScheduleLatency);
                sites.Enqueue(task.SpawnSite);
            })
            .OnTaskTerminate(task =>
            {
                others.Enqueue(task.ScheduleLatency);
                ended.Enqueue(task.Metrics);
            })
            .Build())
        {
            runtime.RunTask(async () =>
            {
                Spin.For(2);
                await Kio.YieldNow();
            });
        }

        Assert.Equal(2, before.Count);
        Assert.All(before, latency => Assert.True(latency >= TimeSpan.Zero));
        Assert.Equal(before, after);
        Assert.Equal([null, null], others);
        Assert.Equal("Runtimes.cs", System.IO.Path.GetFileName(Assert.Single(sites).File));
        TaskMetrics last = Assert.Single(ended)!.Value; // The last poll included, though it has not returned.
        Assert.Equal(2, last.PollCount);
        Assert.True(last.BusyDuration >= TimeSpan.FromMilliseconds(1));
    });

    [Theory]
    [InlineData(RuntimeKind.CurrentThread)]
    [InlineData(RuntimeKind.OneWorker)] // In the slot of the task that runs next.
    [InlineData(RuntimeKind.PerCore)]
    public void A_task_behind_a_long_poll_is_told_that_it_has_waited(RuntimeKind kind) => Bounded.Run(() =>
    {
        ConcurrentDictionary<string, TimeSpan> latencies = new();
        using Runtime runtime = Runtimes.Builder(kind).ScheduleLatencyHistogram().StuckThreshold(Timeout.InfiniteTimeSpan)
            .OnBeforeTaskPoll(task => latencies[task.Id.ToString()] = task.ScheduleLatency!.Value).Build();
        TaskId waiting = default;
        runtime.RunTask(async () =>
        {
            JoinHandle behind = Kio.Spawn(async () => { });
            waiting = behind.Id;
            Spin.For(20);
            await behind;
        });
        Assert.True(latencies[waiting.ToString()] >= TimeSpan.FromMilliseconds(10));
    });

    [Fact]
    public void A_name_for_each_task_does_not_fill_the_memory() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(RuntimeKind.CurrentThread).TaskMetrics().Build();
        runtime.BlockOn(async () =>
        {
            for (int i = 0; i < SpawnSiteTable.MostWithNames + 200; i++)
            {
                await Kio.Named($"connection {i}").Spawn(async () => { });
            }

            await Kio.Named("connection 7").Spawn(async () => { }); // On another line.
        });
        IReadOnlyList<SpawnSiteMetrics> sites = runtime.Metrics.SpawnSites();
        Assert.Equal(SpawnSiteTable.MostWithNames, sites.Count(static site => site.Site.Name is not null));
        Assert.Equal(SpawnSiteTable.MostWithNames + 201, sites.Sum(static site => site.TaskCount));
        Assert.Equal(200, sites.Where(static site => site.Site.Name is null).Max(static site => site.TaskCount));
    });

    [Fact]
    public void Latency_is_told_with_the_histogram_alone_and_not_without() => Bounded.Run(() =>
    {
        TimeSpan? with = null;
        TimeSpan? without = TimeSpan.Zero;
        using (Runtime runtime = Runtime.CreateBuilder().ForTests().WorkerThreads(1).ScheduleLatencyHistogram()
            .OnBeforeTaskPoll(task => with = task.ScheduleLatency).Build())
        {
            runtime.RunTask(async () => { });
        }

        using (Runtime runtime = Runtime.CreateBuilder().ForTests().WorkerThreads(1)
            .OnBeforeTaskPoll(task => without = task.ScheduleLatency).Build())
        {
            runtime.RunTask(async () => { });
        }

        Assert.NotNull(with);
        Assert.Null(without);
    });
}
