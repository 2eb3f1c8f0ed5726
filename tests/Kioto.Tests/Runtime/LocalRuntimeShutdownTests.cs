using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>Every way to end a LocalRuntime: cleanup runs on its thread, the report tells what did not end, nothing hangs.</summary>
public sealed class LocalRuntimeShutdownTests
{
    private readonly List<int> _threads = [];

    [Fact]
    public void ShutdownTimeout_cleans_up_on_the_thread_and_reports_nothing() => Bounded.Run(() =>
    {
        LocalRuntime runtime = Create();
        JoinHandle handle = runtime.SpawnLocal(() => Clean(TimeSpan.FromMilliseconds(2)));
        runtime.BlockOn(Kio.YieldNow());
        ShutdownReport report = runtime.ShutdownTimeout(TimeSpan.FromSeconds(10));
        Assert.True(report.IsClean, report.ToString());
        Assert.True(handle.IsFinished);
        AssertCleaned();
        Assert.True(runtime.ShutdownToken.IsCancellationRequested);
        Assert.True(runtime.SpawnLocal(async () => 1).IsFinished);
        runtime.Dispose();
    });

    [Fact]
    public void ShutdownTimeout_drops_what_takes_longer_and_names_it() => Bounded.Run(() =>
    {
        LocalRuntime runtime = Create();
        JoinHandle handle = runtime.SpawnLocal(() => Clean(TimeSpan.FromDays(1)));
        runtime.BlockOn(Kio.YieldNow());
        ShutdownReport report = runtime.ShutdownTimeout(TimeSpan.FromMilliseconds(20));
        Straggler straggler = Assert.Single(report.Stragglers);
        Assert.Equal(handle.Id, straggler.Task.Id);
        Assert.Equal(StragglerOutcome.Dropped, straggler.Outcome);
        Assert.True(handle.IsFinished);
    });

    [Fact]
    public void ShutdownTimeout_waits_for_closures_and_names_those_that_do_not_end() => Bounded.Run(() =>
    {
        using ManualResetEventSlim release = new();
        LocalRuntime runtime = Create();
        Signal begun = new();
        JoinHandle closure = runtime.SpawnBlocking(() =>
        {
            begun.Set();
            release.Wait();
        });
        runtime.BlockOn(begun.AsFuture());
        ShutdownReport report = runtime.ShutdownTimeout(TimeSpan.FromMilliseconds(20));
        release.Set();
        Assert.Equal(StragglerOutcome.StillRunning, Assert.Single(report.Stragglers).Outcome);
        Assert.False(closure.IsFinished && report.IsClean);
    });

    [Fact]
    public void ShutdownTimeout_inside_its_BlockOn_is_finished_by_BlockOn() => Bounded.Run(() =>
    {
        LocalRuntime runtime = Create();
        JoinHandle handle = runtime.SpawnLocal(() => Clean(TimeSpan.FromMilliseconds(2)));
        runtime.BlockOn(async () =>
        {
            await Kio.YieldNow();
            ShutdownReport report = runtime.ShutdownTimeout(TimeSpan.FromSeconds(10));
            Assert.Equal(handle.Id, Assert.Single(report.Stragglers).Task.Id);
            Assert.False(handle.IsFinished);
        });
        Assert.True(handle.IsFinished);
        AssertCleaned();
    });

    [Fact]
    public void ShutdownTimeout_inside_another_runtimes_task_drops_what_would_wait() => Bounded.Run(() =>
    {
        using Runtime other = Runtimes.Create(RuntimeKind.CurrentThread);
        LocalRuntime runtime = Create();
        JoinHandle quick = runtime.SpawnLocal(() => Clean(null));
        JoinHandle slow = runtime.SpawnLocal(() => Clean(TimeSpan.FromDays(1)));
        runtime.BlockOn(Kio.YieldNow());
        other.RunTask(async () =>
        {
            runtime.ShutdownTimeout(TimeSpan.FromDays(1));
            Assert.True(quick.IsFinished);
            Assert.True(slow.IsFinished);
            await Kio.YieldNow();
        });
        Assert.Equal(3, _threads.Count);
    });

    [Fact]
    public void ShutdownBackground_waits_for_nothing_and_leaves_the_thread_as_it_was() => Bounded.Run(() =>
    {
        LocalRuntime runtime = Create();
        JoinHandle quick = runtime.SpawnLocal(() => Clean(null));
        JoinHandle slow = runtime.SpawnLocal(() => Clean(TimeSpan.FromDays(1)));
        runtime.BlockOn(Kio.YieldNow());
        runtime.ShutdownBackground();
        Assert.True(quick.IsFinished);
        Assert.True(slow.IsFinished);
        Assert.Equal(3, _threads.Count);
        runtime.ShutdownBackground();
        runtime.Dispose();
        using LocalRuntime next = Create(); // The thread may block again.
        Assert.Equal(3, next.BlockOn(async () => await Kio.SpawnLocal(async () => 3)));
    });

    [Fact]
    public void ShutdownBackground_inside_its_BlockOn_is_finished_by_BlockOn() => Bounded.Run(() =>
    {
        LocalRuntime runtime = Create();
        JoinHandle handle = runtime.SpawnLocal(() => Clean(TimeSpan.FromMilliseconds(2)));
        runtime.BlockOn(async () =>
        {
            await Kio.YieldNow();
            runtime.ShutdownBackground();
        });
        Assert.True(handle.IsFinished);
        AssertCleaned();
    });

    [Fact]
    public void ShutdownAsync_is_awaited_in_its_BlockOn() => Bounded.Run(() =>
    {
        LocalRuntime runtime = Create();
        CancellationToken stopping = runtime.ShutdownToken;
        JoinHandle polite = runtime.SpawnLocal(async () =>
        {
            while (!stopping.IsCancellationRequested)
            {
                await Kio.Sleep(TimeSpan.FromMilliseconds(1));
            }
        });
        JoinHandle rude = runtime.SpawnLocal(() => Clean(TimeSpan.FromMilliseconds(2)));
        ShutdownReport report = runtime.BlockOn(async () =>
        {
            _ = runtime.ShutdownAsync(TimeSpan.FromHours(1), TimeSpan.FromSeconds(10));
            await polite; // However long that takes: the second call ends the grace.
            return await runtime.ShutdownAsync(TimeSpan.Zero, TimeSpan.FromSeconds(10));
        });
        Straggler straggler = Assert.Single(report.Stragglers);
        Assert.Equal(rude.Id, straggler.Task.Id);
        Assert.Equal(StragglerOutcome.Aborted, straggler.Outcome);
        Assert.True(polite.IsFinished);
        AssertCleaned();
    });

    [Fact]
    public void ShutdownAsync_is_awaited_by_one_of_its_tasks() => Bounded.Run(() =>
    {
        LocalRuntime runtime = Create();
        ShutdownReport report = runtime.BlockOn(async () => await runtime.SpawnLocal(async () =>
            await runtime.ShutdownAsync(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10))));
        Assert.True(report.IsClean, report.ToString());
        runtime.Dispose();
    });

    [Fact]
    public void What_ShutdownAsync_could_not_end_while_nobody_drove_ends_with_Dispose_on_the_thread() => Bounded.Run(() =>
    {
        LocalRuntime runtime = Create();
        JoinHandle handle = runtime.SpawnLocal(() => Clean(TimeSpan.FromMilliseconds(2)));
        runtime.BlockOn(Kio.YieldNow());
        Task<ShutdownReport> shutdown = runtime.ShutdownAsync(TimeSpan.Zero, TimeSpan.Zero);
        ShutdownReport report = shutdown.GetAwaiter().GetResult();
        Assert.Equal(handle.Id, Assert.Single(report.Stragglers).Task.Id);
        Assert.Empty(_threads); // Nobody else has run it.
        runtime.Dispose();
        Assert.True(handle.IsFinished);
    });

    [Fact]
    public void A_shutdown_that_is_under_way_is_ended_by_Dispose() => Bounded.Run(() =>
    {
        LocalRuntime runtime = Create();
        JoinHandle handle = runtime.SpawnLocal(() => Clean(TimeSpan.FromMilliseconds(2)));
        runtime.BlockOn(Kio.YieldNow());
        Task<ShutdownReport> shutdown = runtime.ShutdownAsync(Timeout.InfiniteTimeSpan, TimeSpan.FromSeconds(10));
        runtime.Dispose();
        Assert.True(handle.IsFinished);
        AssertCleaned();
        shutdown.GetAwaiter().GetResult();
    });

    [Fact]
    public void A_failure_elsewhere_that_ends_it_lets_its_own_thread_clean_up() => Bounded.Run(() =>
    {
        LocalRuntime runtime = Runtime.CreateCurrentThreadBuilder().OnUnhandledFailure(UnhandledFailure.ShutdownRuntime).BuildLocal();
        JoinHandle handle = runtime.SpawnLocal(() => Clean(TimeSpan.FromMilliseconds(2)));
        runtime.BlockOn(Kio.YieldNow());
        using ManualResetEventSlim stopping = new();
        using CancellationTokenRegistration registration = runtime.ShutdownToken.Register(stopping.Set);
        Bounded.Run(() => runtime.Handle.Scheduler.ReportUnhandled(new InvalidOperationException("unseen")));
        stopping.Wait();
        Assert.Empty(_threads);
        runtime.Dispose();
        Assert.True(handle.IsFinished);
        AssertCleaned();
    });

    [Fact]
    public void Each_throws_on_another_thread_and_says_what_to_do_instead() => Bounded.Run(() =>
    {
        LocalRuntime runtime = Create();
        Action[] uses =
        [
            () => runtime.ShutdownTimeout(TimeSpan.Zero),
            () => runtime.ShutdownAsync(TimeSpan.Zero, TimeSpan.Zero),
            () => runtime.ShutdownBackground(),
        ];
        Bounded.Run(() => AssertThrows("Handle"));
        Assert.Throws<ArgumentOutOfRangeException>(() => runtime.ShutdownTimeout(TimeSpan.FromSeconds(-3)));
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = runtime.ShutdownAsync(TimeSpan.FromSeconds(-3), TimeSpan.Zero); });
        runtime.Dispose();
        Bounded.Run(() => runtime = Create());
        AssertThrows("Dispose it");
        runtime.Dispose();

        void AssertThrows(string remedy)
        {
            foreach (Action use in uses)
            {
                Assert.Contains(remedy, Assert.Throws<InvalidOperationException>(use).Message, StringComparison.Ordinal);
            }
        }
    });

    [Fact]
    public void Its_dump_is_to_be_had_on_any_thread() => Bounded.Run(() =>
    {
        using LocalRuntime runtime = Create();
        JoinHandle handle = runtime.SpawnLocal(async () => await Kio.Sleep(Timeout.InfiniteTimeSpan));
        runtime.BlockOn(Kio.YieldNow());
        Assert.Equal(handle.Id, Assert.Single(runtime.Dump().Tasks).Id);
        Bounded.Run(() => Assert.Equal(handle.Id, Assert.Single(runtime.Dump().Tasks).Id));
    });

    private static LocalRuntime Create() => Runtime.CreateCurrentThreadBuilder().BuildLocal();

    private void AssertCleaned() =>
        Assert.Equal([Environment.CurrentManagedThreadId, Environment.CurrentManagedThreadId], _threads);

    private Future Clean(TimeSpan? time) => LocalRuntimeTests.Clean(_threads, time);
}
