using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>Where nobody could go on with a stuck thread's tasks, the stuck one is at least named.</summary>
public sealed class StuckReportTests
{
    public static TheoryData<RuntimeKind, bool> Alone => new()
    {
        { RuntimeKind.CurrentThread, false },
        { RuntimeKind.CurrentThread, true },
        { RuntimeKind.PerCore, false },
        { RuntimeKind.PerCore, true },
    };

    [Theory]
    [MemberData(nameof(Alone))]
    public void A_task_that_blocks_is_reported_once_a_poll(RuntimeKind kind, bool slices) => Bounded.Run(() =>
    {
        using Watch watch = new();
        using Runtime runtime = watch.Apply(slices ? Runtimes.Plain(kind) : Runtimes.Builder(kind)).Build();
        JoinHandle handle = runtime.Spawn(async () =>
        {
            TaskId id = Kio.CurrentTaskId;
            watch.BlockUntilReported(report => report.TaskId == id);
            BlockAnother(); // Which takes several looks.
            Assert.Equal(1, watch.InThisPoll(report => report.TaskId == id));
            watch.NextPoll();
            await Kio.YieldNow();
            watch.BlockUntilReported(report => report.TaskId == id);
        });
        runtime.BlockOn(async () => await handle);
        StuckTaskReport[] reports = [.. watch.Reports.Where(report => report.TaskId == handle.Id)];
        Assert.True(reports.Length >= 2); // A slow machine has polls that last for long by themselves.
        Assert.All(reports, report =>
        {
            Assert.False(report.MovedOn);
            Assert.InRange(Assert.NotNull(report.WorkerIndex), 0, runtime.Metrics.WorkerCount - 1);
            Assert.True(report.Duration >= TimeSpan.FromMilliseconds(10));
            Assert.Contains("spawned at StuckReportTests.cs", report.Task, StringComparison.Ordinal);
        });
        Assert.True(runtime.Metrics.StuckTaskCount >= reports.Length);
    });

    [Fact]
    public void So_are_Task_based_code_and_the_future_that_a_thread_blocks_on() => Bounded.Run(() =>
    {
        using Watch watch = new();
        using Runtime runtime = watch.Apply(Runtimes.Builder(RuntimeKind.CurrentThread)).Build();
        runtime.BlockOn(async () =>
        {
            await Kio.Spawn(async Task () =>
            {
                await Task.Yield();
                watch.BlockUntilReported(Is("a continuation"));
            });
            watch.BlockUntilReported(Is("a future"));
        });

        static Predicate<StuckTaskReport> Is(string what) =>
            report => report.TaskId is null && report.Task.StartsWith(what, StringComparison.Ordinal);
    });

    [Fact]
    public void A_local_runtimes_tasks_too() => Bounded.Run(() =>
    {
        using Watch watch = new();
        using LocalRuntime runtime = watch.Apply(Runtimes.Builder(RuntimeKind.CurrentThread)).BuildLocal();
        JoinHandle handle = runtime.SpawnLocal(async () =>
        {
            TaskId id = Kio.CurrentTaskId;
            watch.BlockUntilReported(report => report.TaskId == id);
        });
        runtime.BlockOn(async () => await handle);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void And_a_local_sets(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Watch watch = new();
        using Runtime runtime = watch.Apply(Runtimes.Builder(kind)).Build();
        using LocalSet set = new();
        JoinHandle handle = set.SpawnLocal(async () =>
        {
            TaskId id = Kio.CurrentTaskId;
            watch.BlockUntilReported(report => report.TaskId == id);
        });
        set.BlockOn(runtime, async () => await handle);
        StuckTaskReport report = watch.Reports.First(report => report.TaskId == handle.Id);
        Assert.Equal(kind == RuntimeKind.CurrentThread ? 0 : null, report.WorkerIndex);
        Assert.False(report.MovedOn);
        string who = kind == RuntimeKind.CurrentThread ? "Worker 0" : "A thread that drives a LocalSet";
        Assert.StartsWith($"{who} has been polling task {handle.Id}", report.ToString(), StringComparison.Ordinal);
        Assert.True(runtime.Metrics.StuckTaskCount >= 1);
    });

    [Fact]
    public void A_set_in_a_task_is_told_of_by_the_watchdog_alone() => Bounded.Run(() =>
    {
        using Watch watch = new();
        using Runtime runtime = watch.Apply(Runtimes.Builder(RuntimeKind.OneWorker)).Build();
        runtime.RunTask(async () =>
        {
            using LocalSet set = new();
            TaskId? inSet;
            do
            {
                // Again: a poll is told of once, and the first one may have been while the set was compiled.
                watch.NextPoll();
                await Kio.YieldNow();
                inSet = null;
                await set.RunUntilAsync(async () => await Kio.SpawnLocal(async () =>
                {
                    inSet = Kio.CurrentTaskId;
                    watch.BlockUntilReported(static _ => true);
                    BlockAnother(); // Several looks of the keeper.
                }));
            }
            while (!watch.Reports.Any(report => report.TaskId == inSet));
            Assert.Single(watch.Reports, report => report.TaskId == inSet);
        });
    });

    [Fact]
    public void A_report_has_all_that_is_known_of_the_task() => Bounded.Run(() =>
    {
        using Watch watch = new();
        using Runtime runtime = watch.Apply(Runtimes.Builder(RuntimeKind.OneWorker)).Build();
        JoinHandle handle = runtime.Handle.Named("outer").Spawn(async () => await Outer());
        runtime.BlockOn(async () => await handle);
        StuckTaskReport report = watch.Reports.First(report => report.TaskId == handle.Id);
        TaskDump details = Assert.IsType<TaskDump>(report.Details);
        Assert.Equal("outer", details.Name);
        Assert.EndsWith("StuckReportTests.cs", details.SpawnSite.File, StringComparison.Ordinal);
        Assert.Equal(TaskDumpState.Running, details.State);
        string chain = string.Join(" <- ", details.AwaitChain);
        Assert.Matches("Outer.* <- .*Inner", chain);

        async Future Outer()
        {
            await Kio.YieldNow();
            await Inner();
        }

        async Future Inner()
        {
            await Kio.YieldNow(); // From here on the chain is known.
            TaskId id = Kio.CurrentTaskId;
            watch.BlockUntilReported(report => report.TaskId == id);
        }
    });

    [Fact]
    public void Without_a_threshold_nothing_is_watched() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(RuntimeKind.CurrentThread).StuckThreshold(Timeout.InfiniteTimeSpan).Build();
        runtime.BlockOn(async () =>
        {
            Assert.Null(Ambient.Current.Guard);
            await Kio.YieldNow();
        });
    });

    // Another runtime's future is stuck, and told of by the same thread.
    private static void BlockAnother()
    {
        Thread thread = new(static () =>
        {
            using Watch watch = new();
            using Runtime runtime = watch.Apply(Runtimes.Builder(RuntimeKind.CurrentThread)).Build();
            runtime.BlockOn(async () => watch.BlockUntilReported(static _ => true));
        });
        thread.Start();
        thread.Join();
    }

    private sealed class Watch : IDisposable
    {
        private readonly SemaphoreSlim _reported = new(0);
        private int _before;

        internal ConcurrentQueue<StuckTaskReport> Reports { get; } = new();

        public void Dispose() => _reported.Dispose();

        internal RuntimeBuilder Apply(RuntimeBuilder builder) => builder
            .StuckThreshold(TimeSpan.FromMilliseconds(10))
            .OnStuckTask(report =>
            {
                Reports.Enqueue(report);
                _reported.Release();
            });

        // Said before a poll that was reported ends. A poll is reported once, and on a slow machine before it blocks here:
        // who counted from there would wait for a second report.
        internal void NextPoll() => _before = Reports.Count;

        internal void BlockUntilReported(Predicate<StuckTaskReport> wanted)
        {
            while (InThisPoll(wanted) == 0)
            {
                _reported.Wait();
            }
        }

        internal int InThisPoll(Predicate<StuckTaskReport> wanted) => Reports.Skip(_before).Count(report => wanted(report));
    }
}
