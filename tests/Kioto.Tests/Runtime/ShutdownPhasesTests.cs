using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>Signal, wait, abort with cleanup, drop; and a report of what did not end by itself.</summary>
public sealed class ShutdownPhasesTests
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(50);

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Tasks_that_heed_the_signal_end_by_themselves(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        int ended = 0;
        JoinHandle[] handles = new JoinHandle[20];
        for (int i = 0; i < handles.Length; i++)
        {
            handles[i] = runtime.Spawn(async () =>
            {
                TaskCompletionSource stop = new();
                using CancellationTokenRegistration registration = RuntimeHandle.Current.ShutdownToken.Register(stop.SetResult);
                await stop.Task;
                await Kio.YieldNow();
                await Kio.Spawn(async () => await Kio.YieldNow()); // What drains may still spawn.
                Interlocked.Increment(ref ended);
            });
        }

        Assert.False(runtime.ShutdownToken.IsCancellationRequested);
        ShutdownReport report = runtime.ShutdownAsync(s_hour, s_hour).GetAwaiter().GetResult();
        Assert.True(report.IsClean, report.ToString());
        Assert.Empty(report.Stragglers);
        Assert.Equal(20, ended);
        Assert.True(runtime.ShutdownToken.IsCancellationRequested);
        Assert.All(handles, handle => Assert.True(handle.IsFinished));
        runtime.Dispose();
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void What_ignores_the_signal_is_aborted_with_cleanup_and_reported(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        Signal signal = new();
        bool cleaned = false;
        JoinHandle handle = runtime.Spawn(async () =>
        {
            try
            {
                await signal.AsFuture();
            }
            finally
            {
                await Kio.Sleep(TimeSpan.FromMilliseconds(2));
                cleaned = true;
            }
        });
        Start(runtime, () => signal.Polls > 0 && IsAtRest(handle)); // For how long it has waited is known from the beginning.
        ShutdownReport report = runtime.ShutdownAsync(s_short, s_hour).GetAwaiter().GetResult();
        Assert.True(cleaned);
        Assert.True(handle.IsFinished);
        Straggler straggler = Assert.Single(report.Stragglers);
        Assert.Equal(StragglerOutcome.Aborted, straggler.Outcome);
        Assert.Equal(handle.Id, straggler.Task.Id);
        Assert.Equal(handle.Site, straggler.Task.SpawnSite);
        Assert.Equal(TaskDumpState.Waiting, straggler.Task.State);
        Assert.Equal("Signal.Poll", straggler.Task.WaitsFor!.Operation);
        Assert.True(straggler.Waited >= s_short);
        Assert.True(straggler.Task.WaitsFor.AtLeast > TimeSpan.Zero);
        Assert.Contains("Aborted", report.ToString(), StringComparison.Ordinal);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void What_does_not_clean_up_in_time_is_dropped_and_reported(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        Signal signal = new();
        JoinHandle handle = runtime.Spawn(async () =>
        {
            try
            {
                await signal.AsFuture();
            }
            finally
            {
                await Kio.Sleep(s_hour);
            }
        });
        Start(runtime, () => signal.Polls > 0);
        Task<ShutdownReport> shutdown = runtime.ShutdownAsync(s_short, Timeout.InfiniteTimeSpan);
        while (!runtime.Dump().Tasks.Any(task => task.WaitsFor?.Operation == "Kio.Sleep"))
        {
            Thread.Yield();
        }

        _ = runtime.ShutdownAsync(TimeSpan.Zero, TimeSpan.Zero);
        ShutdownReport report = shutdown.GetAwaiter().GetResult();
        Straggler straggler = Assert.Single(report.Stragglers);
        Assert.Equal(1, report.StragglerCount);
        Assert.Equal(StragglerOutcome.Dropped, straggler.Outcome);
        Assert.True(straggler.Task.IsCancelling);
        Assert.Equal("Kio.Sleep", straggler.Task.WaitsFor!.Operation);
        using Runtime other = Runtimes.Create(RuntimeKind.CurrentThread);
        Assert.True(other.BlockOn(handle.JoinAsync()).IsAborted);
    });

    [Theory]
    [MemberData(nameof(Runtimes.WithWorkers), MemberType = typeof(Runtimes))]
    public void A_task_that_never_yields_and_a_closure_that_never_ends_are_named(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        using ManualResetEventSlim started = new();
        using ManualResetEventSlim stop = new();
        JoinHandle closure = runtime.SpawnBlocking(() =>
        {
            started.Set();
            stop.Wait();
        });
        started.Wait();
        started.Reset();
        JoinHandle stuck = runtime.Spawn(async () =>
        {
            await Kio.YieldNow();
            started.Set();
            stop.Wait();
        });
        started.Wait();
        ShutdownReport report = runtime.ShutdownTimeout(s_short);
        Assert.Equal(2, report.StragglerCount);
        Assert.All(report.Stragglers, straggler => Assert.Equal(StragglerOutcome.StillRunning, straggler.Outcome));
        Assert.Contains(report.Stragglers, straggler => straggler.Task.Id == closure.Id
            && straggler.Task is { Kind: TaskDumpKind.BlockingClosure } task && task.SpawnSite == closure.Site);
        Assert.Contains(report.Stragglers, straggler => straggler.Task.Id == stuck.Id && straggler.Task.SpawnSite == stuck.Site);
        stop.Set();
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_closure_is_told_to_stop_and_waited_for(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        using ManualResetEventSlim started = new();
        bool stopped = false;
        JoinHandle handle = runtime.SpawnBlocking(token =>
        {
            started.Set();
            token.WaitHandle.WaitOne();
            stopped = true;
            token.ThrowIfCancellationRequested();
        });
        started.Wait();
        ShutdownReport report = runtime.ShutdownTimeout(s_hour);
        Assert.True(report.IsClean, report.ToString());
        Assert.True(stopped);
        using Runtime other = Runtimes.Create(RuntimeKind.CurrentThread);
        Assert.True(other.BlockOn(handle.JoinAsync()).IsAborted);
    });

    [Fact]
    public void Abort_cancels_a_closures_token() => Runtimes.Run(async () =>
    {
        TaskCompletionSource started = new();
        JoinHandle<int> handle = Kio.SpawnBlocking(token =>
        {
            started.SetResult();
            token.WaitHandle.WaitOne();
            return token.IsCancellationRequested ? 1 : 2;
        });
        await started.Task;
        handle.Abort();
        Assert.Equal(1, await handle);
        handle.Abort(); // Too late to mean anything.
        JoinHandle throws = Kio.SpawnBlocking(token =>
        {
            token.WaitHandle.WaitOne();
            token.ThrowIfCancellationRequested();
        });
        throws.Abort();
        Assert.True((await throws.JoinAsync()).IsAborted);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_task_may_shut_its_own_runtime_down_and_read_the_report(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        ShutdownReport? report = null;
        bool after = false;
        Signal signal = new();
        JoinHandle<int> other = runtime.Spawn(async () => await signal.AsFuture());
        JoinHandle caller = runtime.Spawn(async () =>
        {
            await Expect.Until(() => signal.Polls > 0);
            report = await runtime.ShutdownAsync(s_short, s_hour);
            await Kio.YieldNow();
            after = true;
        });
        if (kind == RuntimeKind.CurrentThread)
        {
            runtime.BlockOn(async () => await caller.JoinAsync());
        }

        using Runtime outside = Runtimes.Create(RuntimeKind.CurrentThread);
        Assert.True(outside.BlockOn(caller.JoinAsync()).IsCompletedSuccessfully);
        Assert.True(after);
        Assert.Equal(other.Id, Assert.Single(report!.Stragglers).Task.Id);
        Assert.True(other.IsFinished);
        runtime.Dispose();
    });

    [Fact]
    public void A_caller_that_suspends_without_its_worker_when_the_others_are_aborted_goes_on() => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Builder(RuntimeKind.OneWorker).StuckThreshold(TimeSpan.FromMilliseconds(10)).Build();
        bool after = false;
        JoinHandle caller = runtime.Spawn(async () =>
        {
            Task<ShutdownReport> report = runtime.ShutdownAsync(TimeSpan.Zero, s_hour);
            Core core = Assert.Single(((MultiThreadScheduler)runtime.Handle.Scheduler).Cores);

            // It is stuck, and suspends for the first time when another thread has its worker and has aborted what that has.
            SpinWait.SpinUntil(() => Volatile.Read(ref core.Swept));
            await report;
            await Kio.YieldNow();
            after = true;
        });
        using Runtime outside = Runtimes.Create(RuntimeKind.CurrentThread);
        Assert.True(outside.BlockOn(caller.JoinAsync()).IsCompletedSuccessfully);
        Assert.True(after);
        runtime.Dispose();
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void BlockOn_may_shut_its_own_runtime_down(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        JoinHandle other = runtime.Spawn(async () => await Kio.Sleep(s_hour));
        ShutdownReport report = runtime.BlockOn(async () => await runtime.ShutdownAsync(TimeSpan.Zero, s_hour));
        Assert.True(report.IsClean, report.ToString());
        Assert.True(other.IsFinished);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void So_may_Task_based_code_that_is_blocked_on(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        JoinHandle other = runtime.Spawn(async () => await Kio.Sleep(s_hour));
        ShutdownReport report = runtime.BlockOn(async Task<ShutdownReport> () =>
        {
            await Task.Yield();
            return await runtime.ShutdownAsync(TimeSpan.Zero, s_hour);
        });
        Assert.True(report.IsClean, report.ToString());
        Assert.True(other.IsFinished);
        bool after = false;
        Runtime elsewhere = Runtimes.Create(kind);
        elsewhere.BlockOn(async Task () =>
        {
            await Task.Delay(1).ConfigureAwait(false);
            Assert.True((await elsewhere.ShutdownAsync(TimeSpan.Zero, s_hour).ConfigureAwait(false)).IsClean);
            after = true;
        });
        Assert.True(after);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void What_such_code_spawns_is_waited_for_and_has_the_name_of_nobody_else(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        TaskCompletionSource never = new();
        JoinHandle child = default;
        Task<ShutdownReport>? shutdown = null;
        Assert.Throws<TaskAbortedException>(() => runtime.BlockOn(async Task () =>
        {
            await Task.Yield();
            child = Kio.Spawn(async Task () =>
            {
                await Task.Yield();
                shutdown = runtime.ShutdownAsync(s_short, s_short); // Past its first await it is nobody.
                await never.Task;
            });
            await never.Task;
        }));
        ShutdownReport report = shutdown!.Result;
        Assert.Equal(2, report.StragglerCount);
        Assert.Contains(report.Stragglers, straggler => straggler.Task.Id == child.Id);
        Assert.Contains(report.Stragglers, straggler => straggler.Task.Name == "BlockOn");
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_blocking_closure_may_shut_its_own_runtime_down(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        JoinHandle other = runtime.Spawn(async () => await Kio.Sleep(s_hour));
        JoinHandle<bool> closure = runtime.SpawnBlocking(() => runtime.ShutdownTimeout(s_hour).IsClean);
        using Runtime outside = Runtimes.Create(RuntimeKind.CurrentThread);
        Assert.True(outside.BlockOn(closure.AsFuture()));
        Assert.True(other.IsFinished);
    });

    [Fact]
    public void A_task_of_a_local_set_may_shut_the_runtime_down_that_drives_the_set() => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        using LocalSet set = new();
        bool clean = false;
        JoinHandle driver = runtime.Spawn(async () => await set.RunUntilAsync(async () =>
        {
            await Kio.SpawnLocal(async () => clean = (await runtime.ShutdownAsync(s_hour, s_hour)).IsClean);
        }));
        runtime.BlockOn(async () => await driver);
        Assert.True(clean);
        runtime.Dispose();
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Task_based_code_that_waits_for_its_own_end_waits_for_the_kill_time_only(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        TaskCompletionSource<Task<ShutdownReport>> begun = new();
        JoinHandle handle = runtime.Spawn(async Task () =>
        {
            await Task.Yield();
            Task<ShutdownReport> report = runtime.ShutdownAsync(s_short, s_short);
            begun.SetResult(report);
            await report;
        });
        if (kind == RuntimeKind.CurrentThread)
        {
            runtime.BlockOn(async () => await begun.Task);
        }

        ShutdownReport report = begun.Task.GetAwaiter().GetResult().GetAwaiter().GetResult();
        Assert.Contains(report.Stragglers, straggler => straggler.Task.Id == handle.Id);
    });

    [Fact]
    public void A_second_call_lets_the_shutdown_end_sooner() => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        Signal signal = new();
        runtime.Spawn(async () => await signal.AsFuture());
        Start(runtime, () => signal.Polls > 0);
        Task<ShutdownReport> first = runtime.ShutdownAsync(s_hour, s_hour);
        Task<ShutdownReport> second = runtime.ShutdownAsync(TimeSpan.Zero, s_hour);
        Assert.Same(first, second);
        first.GetAwaiter().GetResult();
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Dispose_ends_a_shutdown_that_waits(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        JoinHandle handle = runtime.Spawn(async () => await Kio.Sleep(s_hour));
        Task<ShutdownReport> report = runtime.ShutdownAsync(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        runtime.Dispose();
        Assert.True(handle.IsFinished);
        report.GetAwaiter().GetResult();
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Shutting_down_what_has_ended_reports_nothing(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        runtime.Dispose();
        Assert.True(runtime.ShutdownAsync(s_hour, s_hour).GetAwaiter().GetResult().IsClean);
        Assert.True(runtime.ShutdownTimeout(TimeSpan.Zero).IsClean);
        Assert.Throws<ArgumentOutOfRangeException>(() => runtime.ShutdownTimeout(TimeSpan.FromSeconds(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = runtime.ShutdownAsync(TimeSpan.FromSeconds(-1), s_hour); });
    });

    [Fact]
    public void ShutdownBackground_of_a_current_thread_runtime_does_not_wait_for_cleanup() => Bounded.Run(() =>
    {
        Runtime runtime = Runtime.CreateCurrentThreadBuilder().CleanupGrace(s_hour).Build();
        Signal signal = new();
        runtime.Spawn(async () =>
        {
            try
            {
                await signal.AsFuture();
            }
            finally
            {
                await Kio.Sleep(s_hour);
            }
        });
        Start(runtime, () => signal.Polls > 0);
        runtime.ShutdownBackground();
        runtime.ShutdownTimeout(s_short);
    });

    [Fact]
    public void A_callback_of_the_token_that_throws_is_reported() => Bounded.Run(() =>
    {
        Exception? reported = null;
        Runtime runtime = Runtimes.Builder(RuntimeKind.OneWorker).OnUnhandledFailure(failure => reported = failure).Build();
        runtime.ShutdownToken.Register(() => throw new FormatException("callback"));
        runtime.Dispose();
        Assert.Equal("callback", Assert.IsType<AggregateException>(reported).InnerException!.Message);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_callback_of_the_token_may_end_the_runtime_itself(RuntimeKind kind) => Bounded.Run(() =>
    {
        // Each would wait for itself, for as long as cleanup may take.
        Runtime runtime = Runtimes.Builder(kind).CleanupGrace(s_hour).Build();
        int calls = 0;
        runtime.ShutdownToken.Register(() =>
        {
            runtime.Dispose();
            runtime.ShutdownTimeout(System.Threading.Timeout.InfiniteTimeSpan);
            calls++;
        });
        runtime.Dispose();
        Assert.Equal(1, calls);

        Runtime phased = Runtimes.Builder(kind).CleanupGrace(s_hour).Build();
        phased.ShutdownToken.Register(() =>
        {
            phased.Dispose();
            calls++;
        });
        Assert.True(phased.ShutdownAsync(s_hour, s_hour).Result.IsClean);
        Assert.Equal(2, calls);
        phased.Dispose();
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_callback_of_a_closures_token_may_end_the_runtime_itself(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Builder(kind).CleanupGrace(s_hour).Build();
        using ManualResetEventSlim registered = new();
        using ManualResetEventSlim disposed = new();
        JoinHandle closure = runtime.SpawnBlocking(token =>
        {
            token.Register(() =>
            {
                runtime.Dispose();
                disposed.Set();
            });
            registered.Set();
            disposed.Wait(CancellationToken.None);
        });
        registered.Wait();
        runtime.Dispose();
        Assert.True(disposed.IsSet);
        closure.JoinAsync().AsTask().Wait();
    });

    [Fact]
    public void Runtimes_that_end_each_other_by_their_tokens_both_end() => Bounded.Run(() =>
    {
        Runtime one = Runtimes.Builder(RuntimeKind.TwoWorkers).CleanupGrace(s_hour).Build();
        Runtime other = Runtimes.Builder(RuntimeKind.OneWorker).CleanupGrace(s_hour).Build();
        one.ShutdownToken.Register(other.Dispose);
        other.ShutdownToken.Register(one.Dispose);
        JoinHandle first = one.Spawn(async () => await Kio.Sleep(s_hour));
        JoinHandle second = other.Spawn(async () => await Kio.Sleep(s_hour));
        one.Dispose();
        other.Dispose();
        Assert.True(first.IsFinished);
        Assert.True(second.IsFinished);
    });

    [Fact]
    public void The_process_ends_whatever_is_stuck()
    {
        Stopwatch watch = Stopwatch.StartNew();
        (int exitCode, string output, _) = ChildProcess.Run("stuck");
        Assert.Equal(4, exitCode);
        Assert.Contains("2 straggler(s)", output, StringComparison.Ordinal);
        Assert.Contains("StillRunning", output, StringComparison.Ordinal);
        Assert.Contains("Program.cs:", output, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1));
    }

    private static bool IsAtRest(JoinHandle handle) =>
        (handle.Unwrap().Status.Bits & (TaskState.Running | TaskState.Notified)) == 0;

    private static void Start(Runtime runtime, Func<bool> condition) => runtime.BlockOn(Expect.Until(condition));
}
