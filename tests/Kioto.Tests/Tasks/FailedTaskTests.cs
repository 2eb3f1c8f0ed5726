using System;
using System.Collections.Concurrent;
using System.Threading;

namespace Kioto.Tests;

/// <summary>Whose failure a report says it is, where it is not the task's own end.</summary>
public sealed class FailedTaskTests
{
    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Of_an_arm_that_lost_it_is_the_task_of_the_select(RuntimeKind kind) => Bounded.Run(() =>
    {
        ConcurrentQueue<FailedTask> tasks = [];
        using Runtime runtime = Runtimes.Builder(kind).OnUnhandledFailure((_, task) => tasks.Enqueue(task)).Build();
        JoinHandle handle = runtime.Handle.Named("selects").Spawn(async () =>
        {
            await Kio.Select(Kio.Sleep(TimeSpan.FromMilliseconds(1)), FailInCleanup());
        });
        runtime.BlockOn(async () => await handle);
        FailedTask task = Assert.Single(tasks);
        Assert.Equal(handle.Id, task.Id);
        Assert.Equal("selects", task.Name);
    });

    [Fact]
    public void Of_a_task_that_a_join_map_has_replaced_it_is_that_task() => Bounded.Run(() =>
    {
        ConcurrentQueue<FailedTask> tasks = [];
        using Runtime runtime = Runtimes.Builder(RuntimeKind.OneWorker).OnUnhandledFailure((_, task) => tasks.Enqueue(task)).Build();
        AbortHandle first = default;
        runtime.BlockOn(async () =>
        {
            await using JoinMap<string, int> map = new();
            bool begun = false;
            first = map.Spawn(
                "key",
                async () =>
                {
                    begun = true;
                    await FailInCleanup();
                    return 1;
                },
                "first");
            await Expect.Until(() => begun);
            map.Spawn(
                "key",
                async () =>
                {
                    await Kio.YieldNow();
                    return 2;
                },
                "second");
            while (await map.JoinNextAsync() is { } result)
            {
                Assert.Equal(2, result.Result.Value);
            }
        });
        FailedTask task = Assert.Single(tasks);
        Assert.Equal(first.Id, task.Id);
        Assert.Equal("first", task.Name);
        Assert.EndsWith("FailedTaskTests.cs", task.SpawnSite.File, StringComparison.Ordinal);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_one_that_does_not_end_when_cancelled_it_is_that_task(bool shielded) => Bounded.Run(() =>
    {
        ConcurrentQueue<(Exception Failure, FailedTask Task)> reports = [];
        using Runtime runtime = Runtimes.Builder(RuntimeKind.OneWorker).CleanupGrace(TimeSpan.FromMilliseconds(10))
            .OnUnhandledFailure((failure, task) => reports.Enqueue((failure, task))).Build();
        Signal signal = new();
        bool stop = false;
        JoinHandle handle = runtime.Handle.Named("stays").Spawn(async () =>
        {
            while (!stop)
            {
                try
                {
                    // Below the task's own strand.
                    await (shielded ? Kio.Shield(Wait()) : Wait()).Timeout(TimeSpan.FromHours(1));
                }
                catch (OperationCanceledException)
                {
                }
            }
        });
        runtime.BlockOn(Expect.Until(() => signal.Polls > 0));
        handle.Abort();
        runtime.BlockOn(Expect.Until(() => !reports.IsEmpty));
        Assert.True(reports.TryPeek(out (Exception Failure, FailedTask Task) report));
        Assert.IsType<TimeoutException>(report.Failure);
        Assert.Equal(handle.Id, report.Task.Id);
        Assert.Equal("stays", report.Task.Name);
        stop = true;
        signal.Set();

        async Future Wait() => await signal.AsFuture();
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void An_exception_that_throws_when_it_is_described_ends_nothing(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(kind).OnUnhandledFailure(UnhandledFailure.Log).Build();
        runtime.BlockOn(async () =>
        {
            Kio.Detach(async Future () => throw new EvilException());
            await Expect.Until(() => runtime.Metrics.UnhandledFailureCount == 1);
            await Kio.Spawn(async () => await Kio.YieldNow());
        });
        Assert.StartsWith("Kioto.Tests.FailedTaskTests+EvilException (", FailureReporter.InWords(new EvilException()), StringComparison.Ordinal);
        Assert.StartsWith("System.FormatException: told", FailureReporter.InWords(new FormatException("told")), StringComparison.Ordinal);
    });

    private static async Future FailInCleanup()
    {
        try
        {
            await Kio.Sleep(Timeout.InfiniteTimeSpan);
        }
        catch (OperationCanceledException)
        {
            throw new FormatException("in cleanup");
        }
    }

    private sealed class EvilException : Exception
    {
        public override string Message => throw new InvalidOperationException("no message");
    }
}
