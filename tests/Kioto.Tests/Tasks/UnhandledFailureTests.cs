using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Kioto.Tests;

/// <summary>What happens to a failure that nobody observes, by policy.</summary>
public sealed class UnhandledFailureTests
{
    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void The_callback_learns_which_task_failed_and_where_it_was_spawned(RuntimeKind kind) => Bounded.Run(() =>
    {
        Reports reports = new();
        using Runtime runtime = Runtimes.Builder(kind).OnUnhandledFailure(reports.Add).Build();
        int line = 0;
        runtime.BlockOn(async () =>
        {
            line = Here() + 1;
            Kio.Detach(async () =>
            {
                await Kio.YieldNow();
                throw new FormatException("detached");
            });
            await Expect.Until(() => reports.Count == 1);
        });
        (Exception failure, FailedTask task) = reports.Single();
        Assert.Equal("detached", failure.Message);
        Assert.NotNull(task.Id);
        Assert.Equal(line, task.SpawnSite.Line);
        Assert.Equal($"task {task.Id}, spawned at UnhandledFailureTests.cs:{line}", task.ToString());
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_failure_whose_handle_was_dropped_is_reported_when_it_is_collected(RuntimeKind kind) => Bounded.Run(() =>
    {
        Reports reports = new();
        using Runtime runtime = Runtimes.Builder(kind).OnUnhandledFailure(reports.Add).Build();
        SpawnAndForget(runtime);
        while (reports.Count == 0)
        {
            Collect(runtime);
        }

        (Exception failure, FailedTask task) = reports.Single();
        Assert.Equal("dropped", failure.Message);
        Assert.Equal("UnhandledFailureTests.cs", System.IO.Path.GetFileName(task.SpawnSite.File));
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_failure_that_somebody_observed_is_not_reported(RuntimeKind kind) => Bounded.Run(() =>
    {
        Reports reports = new();
        List<WeakReference> tasks = [];
        using Runtime runtime = Runtimes.Builder(kind).OnUnhandledFailure(reports.Add).Build();
        Observe(runtime, tasks);
        while (tasks.Exists(task => task.IsAlive))
        {
            Collect(runtime);
        }

        // One that is reported comes after all that were collected before it.
        SpawnAndForget(runtime);
        while (reports.Count == 0)
        {
            Collect(runtime);
        }

        Assert.Equal("dropped", reports.Single().Failure.Message);
    });

    [Fact]
    public void A_handle_that_is_kept_keeps_its_failure() => Bounded.Run(() =>
    {
        Reports reports = new();
        using Runtime runtime = Runtimes.Builder(RuntimeKind.OneWorker).OnUnhandledFailure(reports.Add).Build();
        JoinHandle handle = runtime.Spawn(Fail("kept"));
        runtime.BlockOn(Expect.Until(() => handle.IsFinished));
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Equal("kept", Assert.Throws<FormatException>(() => runtime.BlockOn(handle.AsFuture())).Message);
        Assert.Equal(0, reports.Count);
    });

    [Fact]
    public void A_scope_may_have_a_policy_of_its_own() => Bounded.Run(() =>
    {
        Reports runtimes = new();
        Reports scopes = new();
        using Runtime runtime = Runtimes.Builder(RuntimeKind.OneWorker).OnUnhandledFailure(runtimes.Add).Build();
        FailurePolicy policy = new(scopes.Add);
        Spawner.Spawn(runtime.Handle.Scheduler, Fail("scope's"), default, detached: true, policy);
        Spawner.Spawn(runtime.Handle.Scheduler, Fail("ignored"), default, detached: true, new FailurePolicy(UnhandledFailure.Ignore));
        Spawner.Spawn(runtime.Handle.Scheduler, Fail("runtime's"), default, detached: true);
        runtime.BlockOn(Expect.Until(() => runtimes.Count > 0 && scopes.Count > 0));
        Assert.Equal("scope's", scopes.Single().Failure.Message);
        Assert.Equal("runtime's", runtimes.Single().Failure.Message);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void ShutdownRuntime_makes_BlockOn_throw_after_cleanup(RuntimeKind kind) => Bounded.Run(() =>
    {
        bool cleaned = false;
        JoinHandle other = default;
        using Runtime runtime = Runtimes.Builder(kind).OnUnhandledFailure(UnhandledFailure.ShutdownRuntime).Build();
        FormatException thrown = Assert.Throws<FormatException>(() => runtime.BlockOn(async () =>
        {
            other = Kio.Spawn(async () => await Kio.Sleep(TimeSpan.FromHours(1)));
            Kio.Detach(Fail("fatal"));
            try
            {
                await new Signal().AsFuture(); // Not a timer, which would say that the runtime is gone.
            }
            finally
            {
                await Kio.YieldNow();
                cleaned = true;
            }
        }));
        Assert.Equal("fatal", thrown.Message);
        Assert.True(cleaned);
        Assert.Equal("fatal", Assert.Throws<FormatException>(() => runtime.BlockOn(Kio.YieldNow())).Message);
        runtime.Dispose();
        Assert.True(other.IsFinished);
    });

    [Fact]
    public void ShutdownRuntime_wakes_every_thread_that_blocks() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(RuntimeKind.CurrentThread).OnUnhandledFailure(UnhandledFailure.ShutdownRuntime).Build();
        Exception?[] thrown = new Exception?[3];
        Signal[] signals = [new(), new(), new()];
        Thread[] threads = new Thread[3];
        for (int i = 0; i < threads.Length; i++)
        {
            int index = i;
            threads[i] = new Thread(() => thrown[index] = Record.Exception(() => runtime.BlockOn(signals[index].AsFuture())))
            {
                IsBackground = true,
            };
            threads[i].Start();
        }

        SpinWait.SpinUntil(() => Array.TrueForAll(signals, signal => signal.Polls > 0));
        runtime.Spawn(async () =>
        {
            await Kio.YieldNow();
            Kio.Detach(Fail("fatal"));
        });
        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        Assert.All(thrown, exception => Assert.Equal("fatal", exception!.Message));
    });

    [Fact]
    public void FailFast_ends_the_process_and_says_whose_failure_it_was()
    {
        (int exitCode, _, string errors) = ChildProcess.Run("fail-fast");
        Assert.Equal(134, exitCode); // 128 + SIGABRT.
        Assert.Contains("spawned at Program.cs:", errors, StringComparison.Ordinal);
        Assert.Contains("the order has no lines", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_default_writes_to_the_error_stream()
    {
        (int exitCode, _, string errors) = ChildProcess.Run("log");
        Assert.Equal(2, exitCode);
        Assert.Contains("spawned at Program.cs:", errors, StringComparison.Ordinal);
        Assert.Contains("the order has no lines", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void ShutdownRuntime_logs_as_well()
    {
        (int exitCode, string output, string errors) = ChildProcess.Run("shutdown-runtime");
        Assert.Equal(3, exitCode);
        Assert.Contains("BlockOn threw: the order has no lines", output, StringComparison.Ordinal);
        Assert.Contains("spawned at Program.cs:", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void So_do_warnings_of_stuck_tasks_of_runtimes_that_nobody_disposes_and_of_work_that_was_dropped()
    {
        (int exitCode, _, string errors) = ChildProcess.Run("warn");
        Assert.Equal(5, exitCode);
        Assert.Contains("Worker 0 has been polling", errors, StringComparison.Ordinal);
        Assert.Contains("The Kioto runtime 'dropped' was not disposed", errors, StringComparison.Ordinal);
        Assert.Contains("The Kioto runtime 'slow' has ended, and 1 straggler(s) had not", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_callback_that_throws_ends_nothing() => Bounded.Run(() =>
    {
        int calls = 0;
        using Runtime runtime = Runtimes.Builder(RuntimeKind.OneWorker).OnUnhandledFailure((_, _) =>
        {
            Interlocked.Increment(ref calls);
            throw new InvalidOperationException("the callback itself");
        }).Build();
        runtime.BlockOn(async () =>
        {
            Kio.Detach(Fail("one"));
            Kio.Detach(Fail("two"));
            await Expect.Until(() => Volatile.Read(ref calls) == 2);
        });
    });

    [Fact]
    public void Policies_that_make_no_sense_are_refused()
    {
        RuntimeBuilder builder = Runtime.CreateBuilder();
        Assert.Contains(
            "Pass the callback", Assert.Throws<ArgumentException>(() => builder.OnUnhandledFailure(UnhandledFailure.Callback)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.OnUnhandledFailure((UnhandledFailure)17));
        Assert.Throws<ArgumentNullException>(() => builder.OnUnhandledFailure((Action<Exception, FailedTask>)null!));
    }

    // The thread that ran the task last may remember it, in a register or on its stack, until it runs another: every
    // worker is given one.
    private static void Collect(Runtime runtime)
    {
        for (int i = 0; i < 8; i++)
        {
            runtime.BlockOn(runtime.Spawn(static async () => { await Kio.YieldNow(); }).AsFuture());
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void SpawnAndForget(Runtime runtime)
    {
        JoinHandle handle = runtime.Spawn(Fail("dropped"));
        runtime.BlockOn(Expect.Until(() => handle.IsFinished));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Observe(Runtime runtime, List<WeakReference> tasks)
    {
        JoinHandle awaited = runtime.Spawn(Fail("awaited"));
        JoinHandle joined = runtime.Spawn(Fail("joined"));
        JoinHandle afterwards = runtime.Spawn(Fail("afterwards"));
        Assert.Throws<FormatException>(() => runtime.BlockOn(awaited.AsFuture()));
        Assert.True(runtime.BlockOn(joined.JoinAsync()).IsFaulted);
        runtime.BlockOn(Expect.Until(() => afterwards.IsFinished));
        Assert.Throws<FormatException>(() => runtime.BlockOn(afterwards.AsFuture()));
        tasks.Add(new WeakReference(awaited.Unwrap()));
        tasks.Add(new WeakReference(joined.Unwrap()));
        tasks.Add(new WeakReference(afterwards.Unwrap()));
    }

    private static int Here([CallerLineNumber] int line = 0) => line;

    private static async Future Fail(string message)
    {
        await Kio.YieldNow();
        throw new FormatException(message);
    }

    private sealed class Reports
    {
        private readonly List<(Exception Failure, FailedTask Task)> _reports = [];

        internal int Count
        {
            get
            {
                lock (_reports)
                {
                    return _reports.Count;
                }
            }
        }

        internal void Add(Exception failure, FailedTask task)
        {
            lock (_reports)
            {
                _reports.Add((failure, task));
            }
        }

        internal (Exception Failure, FailedTask Task) Single()
        {
            lock (_reports)
            {
                return Assert.Single(_reports);
            }
        }
    }
}
