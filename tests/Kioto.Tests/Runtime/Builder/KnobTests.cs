using System;
using System.Globalization;
using System.IO;

namespace Kioto.Tests;

[Collection(SerialCollection.Name)]
public sealed class KnobTests
{
    public static TheoryData<string, int> BadNumbers => new()
    {
        { nameof(RuntimeBuilder.ThreadStackSize), 65535 },
        { nameof(RuntimeBuilder.ThreadStackSize), int.MaxValue },
        { nameof(RuntimeBuilder.EventInterval), 0 },
        { nameof(RuntimeBuilder.EventInterval), 1_000_001 },
        { nameof(RuntimeBuilder.GlobalQueueInterval), 0 },
        { nameof(RuntimeBuilder.GlobalQueueInterval), -5 },
        { nameof(RuntimeBuilder.Budget), 0 },
        { nameof(RuntimeBuilder.BackgroundInterval), 0 },
        { nameof(RuntimeBuilder.BackgroundInterval), 1_000_001 },
        { nameof(RuntimeBuilder.MaxIoEventsPerTick), 0 },
        { nameof(RuntimeBuilder.MaxIoEventsPerTick), 65537 },
    };

    [Theory]
    [MemberData(nameof(BadNumbers))]
    public void A_bad_number_names_its_knob(string knob, int value)
    {
        RuntimeBuilder builder = Runtime.CreateBuilder();
        ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(() => _ = knob switch
        {
            nameof(RuntimeBuilder.ThreadStackSize) => builder.ThreadStackSize(value),
            nameof(RuntimeBuilder.EventInterval) => builder.EventInterval(value),
            nameof(RuntimeBuilder.GlobalQueueInterval) => builder.GlobalQueueInterval(value),
            nameof(RuntimeBuilder.Budget) => builder.Budget(value),
            nameof(RuntimeBuilder.BackgroundInterval) => builder.BackgroundInterval(value),
            _ => builder.MaxIoEventsPerTick(value),
        });
        Assert.Equal(knob, exception.ParamName);
        Assert.Equal(value, exception.ActualValue);
        Assert.Contains(knob, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-20)]
    public void A_wait_that_makes_no_sense_names_its_knob(int millis)
    {
        TimeSpan wait = TimeSpan.FromMilliseconds(millis);
        ArgumentOutOfRangeException exception =
            Assert.Throws<ArgumentOutOfRangeException>(() => Runtime.CreateBuilder().BackgroundMaxWait(wait));
        Assert.Equal(nameof(RuntimeBuilder.BackgroundMaxWait), exception.ParamName);
    }

    [Fact]
    public void Names_and_hooks_must_be_there()
    {
        RuntimeBuilder builder = Runtime.CreateBuilder();
        Assert.Throws<ArgumentException>("Name", () => builder.Name(""));
        Assert.Throws<ArgumentException>("Name", () => builder.Name(" "));
        Assert.Throws<ArgumentException>("ThreadName", () => builder.ThreadName(""));
        Assert.Throws<ArgumentNullException>("BlockingPool", () => builder.BlockingPool(null!, 1));
        Assert.Throws<ArgumentNullException>("OnStuckTask", () => builder.OnStuckTask(null!));
        Assert.Throws<ArgumentNullException>("OnUnhandledFailure", () => builder.OnUnhandledFailure((Action<Exception>)null!));
        Assert.Throws<ArgumentNullException>("OnUnhandledFailure", () => builder.OnUnhandledFailure((Action<Exception, FailedTask>)null!));
        Assert.Throws<ArgumentOutOfRangeException>("OnUnhandledFailure", () => builder.OnUnhandledFailure((UnhandledFailure)9));
        Assert.Throws<ArgumentException>("OnUnhandledFailure", () => builder.OnUnhandledFailure(UnhandledFailure.Callback));
        Assert.Throws<ArgumentNullException>("ThreadNameFn", () => builder.ThreadNameFn(null!));
        Assert.Throws<ArgumentNullException>("OnThreadStart", () => builder.OnThreadStart(null!));
        Assert.Throws<ArgumentNullException>("OnThreadStop", () => builder.OnThreadStop(null!));
        Assert.Throws<ArgumentNullException>("OnThreadPark", () => builder.OnThreadPark(null!));
        Assert.Throws<ArgumentNullException>("OnThreadUnpark", () => builder.OnThreadUnpark(null!));
        Assert.Throws<ArgumentNullException>("OnTaskSpawn", () => builder.OnTaskSpawn(null!));
        Assert.Throws<ArgumentNullException>("OnTaskTerminate", () => builder.OnTaskTerminate(null!));
        Assert.Throws<ArgumentNullException>("OnBeforeTaskPoll", () => builder.OnBeforeTaskPoll(null!));
        Assert.Throws<ArgumentNullException>("OnAfterTaskPoll", () => builder.OnAfterTaskPoll(null!));
        Assert.Throws<ArgumentNullException>("WorkerAffinity", () => builder.WorkerAffinity(null!));
        Assert.Throws<ArgumentNullException>("BlockingAffinity", () => builder.BlockingAffinity(null!));
    }

    [Fact]
    public void Contradictions_name_both_knobs()
    {
        AssertBoth(Runtime.CreateBuilder().ThreadName("a").ThreadNameFn(_ => "b"), "ThreadName", "ThreadNameFn");
        AssertBoth(Runtime.CreateBuilder().PinWorkers().WorkerAffinity(_ => CpuSet.Of(0)), "PinWorkers", "WorkerAffinity");
        AssertBoth(Runtime.CreateBuilder().StuckThreshold(System.Threading.Timeout.InfiniteTimeSpan).OnStuckTask(_ => { }), "StuckThreshold", "OnStuckTask");
        AssertBoth(Runtime.CreateBuilder().MaxThreads(8).MaxBlockingThreads(4), "MaxThreads", "MaxBlockingThreads");
        AssertBoth(Runtime.CreateBuilder().WorkerThreads(4).MaxThreads(2), "MaxThreads(2)", "WorkerThreads(4)");
        AssertBoth(Runtime.CreatePerCoreBuilder().MaxThreads(1), "MaxThreads(1)", "WorkerThreads");
        AssertBoth(Runtime.CreateCurrentThreadBuilder().MaxThreads(1), "MaxThreads(1)", "MaxBlockingThreads");
        AssertBoth(Runtime.CreateBuilder().StartPaused(), "StartPaused", "CreateBuilder");
        AssertBoth(Runtime.CreatePerCoreBuilder().StartPaused(), "StartPaused", "CreatePerCoreBuilder");
        AssertBoth(Runtime.CreateCurrentThreadBuilder().PinWorkers(), "PinWorkers", "CreateCurrentThreadBuilder");
        AssertBoth(Runtime.CreateCurrentThreadBuilder().WorkerAffinity(_ => CpuSet.Of(0)), "WorkerAffinity", "CreateCurrentThreadBuilder");

        static void AssertBoth(RuntimeBuilder builder, string one, string other)
        {
            string message = Assert.Throws<InvalidOperationException>(builder.Build).Message;
            Assert.Contains(one, message, StringComparison.Ordinal);
            Assert.Contains(other, message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_names_reach_the_handle_and_the_threads() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateBuilder()
            .Name("orders").WorkerThreads(1)
            .ThreadNameFn(thread => $"{thread.Runtime.Name}-{thread.WorkerIndex?.ToString(CultureInfo.InvariantCulture) ?? "b"}")
            .Build();
        Assert.Equal("orders", runtime.Handle.Name);
        Assert.Null(RuntimeHandle.TryCurrent);
        runtime.RunTask(async () =>
        {
            Assert.Equal("orders-0", System.Threading.Thread.CurrentThread.Name);
            Assert.Equal("orders-b", await Kio.SpawnBlocking<string?>(() => System.Threading.Thread.CurrentThread.Name));
        });
    });

    [Fact]
    public void A_name_function_that_fails_is_reported_and_the_threads_have_the_default_name() => Bounded.Run(() =>
    {
        int reports = 0;
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1)
            .OnUnhandledFailure(failure => System.Threading.Interlocked.Add(ref reports, failure is FormatException ? 1 : 100))
            .ThreadNameFn(thread => thread.IsWorker ? throw new FormatException() : null!)
            .Build();
        runtime.RunTask(async () =>
        {
            Assert.Equal("kioto-worker", System.Threading.Thread.CurrentThread.Name);
            Assert.Equal("kioto-worker-io-1", await Kio.SpawnBlocking<string?>(() => System.Threading.Thread.CurrentThread.Name));
        });
        Assert.Equal(1, reports);
    });

    [Fact]
    public void Threads_have_the_stack_that_was_asked_for() => Bounded.Run(() =>
    {
        const int Bytes = 64 * 1024 * 1024;
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).ThreadStackSize(Bytes).Build();
        runtime.RunTask(async () =>
        {
            Assert.Equal(40_000, Depth(40_000)); // 40 MB of frames: .NET's own stacks have 1.5.
            Assert.Equal(40_000, await Kio.SpawnBlocking(() => Depth(40_000)));
        });

        static int Depth(int levels)
        {
            Span<byte> frame = stackalloc byte[1024];
            frame[levels % 1024] = 1;
            return levels == 0 ? 0 : Depth(levels - 1) + frame[levels % 1024];
        }
    });

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void A_budget_of_so_many_operations_is_shared_out_by_turns(int budget) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateCurrentThreadBuilder().ForTests().Budget(budget).Build();
        runtime.RunTask(async () =>
        {
            int turns = 0;
            JoinHandle other = Kio.Spawn(async () =>
            {
                while (true)
                {
                    turns++;
                    await Kio.YieldNow();
                }
            });
            await Kio.YieldNow();
            int before = turns;
            for (int i = 0; i < 20 * budget; i++)
            {
                await Kio.ConsumeBudgetAsync();
            }

            Assert.InRange(turns - before, 19, budget == 1 ? 40 : 24);
            other.Abort();
        });
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Intervals_of_one_lose_nothing(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(kind).GlobalQueueInterval(1).EventInterval(1).MaxIoEventsPerTick(1).DisableLifoSlot().Build();
        Assert.Equal(2000, runtime.BlockOn(async () =>
        {
            int sum = 0;
            for (int i = 0; i < 1000; i++)
            {
                JoinHandle<int> inner = Kio.Spawn(async () =>
                {
                    await Kio.YieldNow();
                    return await Kio.Spawn(async () => 2);
                });
                sum += await inner;
            }

            await Kio.Sleep(TimeSpan.FromMilliseconds(1));
            return sum;
        }));
    });

    [Fact]
    public void Without_the_LIFO_slot_a_woken_task_waits_its_turn() => Bounded.Run(() =>
    {
        Assert.Equal("wake,other,woken", Order(Runtime.CreateBuilder().ForTests().WorkerThreads(1).DisableLifoSlot()));
        Assert.Equal("wake,woken,other", Order(Runtime.CreateBuilder().ForTests().WorkerThreads(1)));

        static string Order(RuntimeBuilder builder)
        {
            using Runtime runtime = builder.Build();
            System.Collections.Generic.List<string> order = [];
            runtime.RunTask(async () =>
            {
                Event gate = new();
                JoinHandle woken = Kio.Spawn(async () =>
                {
                    await gate.WaitAsync();
                    order.Add("woken");
                });
                await Kio.YieldNow();
                await Kio.YieldNow();
                JoinHandle other = Kio.Spawn(async () => order.Add("other"));
                JoinHandle waker = Kio.Spawn(async () =>
                {
                    order.Add("wake");
                    gate.Set();
                });
                await waker;
                await other;
                await woken;
            });
            order.Remove("wake");
            return "wake," + string.Join(',', order);
        }
    });

    [Theory]
    [InlineData("0")]
    [InlineData("many")]
    [InlineData("-1")]
    [InlineData("1025")]
    [InlineData("2.0")]
    public void The_environment_variable_is_checked_and_named(string text) => WithVariable(text, () =>
    {
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => Runtime.CreateBuilder().Build());
        Assert.Contains("KIOTO_WORKER_THREADS", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"'{text}'", exception.Message, StringComparison.Ordinal);
        Runtime.CreateBuilder().WorkerThreads(1).Build().Dispose(); // Who says how many does not look.
        Runtime.CreateCurrentThreadBuilder().Build().Dispose();
    });

    [Fact]
    public void Where_the_environment_variable_leaves_no_thread_it_is_named() => WithVariable("8", () =>
    {
        string message = Assert.Throws<InvalidOperationException>(Runtime.CreateBuilder().MaxThreads(4).Build).Message;
        Assert.Contains("MaxThreads(4)", message, StringComparison.Ordinal);
        Assert.Contains("8 workers of the environment variable KIOTO_WORKER_THREADS", message, StringComparison.Ordinal);
        Assert.Contains("WorkerThreads(n)", message, StringComparison.Ordinal);
    });

    private static void WithVariable(string? text, Action body)
    {
        // Reading it is a runtime's first act: nobody else in this process builds one without saying how many, but the
        // tests of this collection.
        string? before = Environment.GetEnvironmentVariable("KIOTO_WORKER_THREADS");
        Environment.SetEnvironmentVariable("KIOTO_WORKER_THREADS", text);
        try
        {
            body();
        }
        finally
        {
            Environment.SetEnvironmentVariable("KIOTO_WORKER_THREADS", before);
        }
    }

    [Fact]
    public void The_environment_variable_says_how_many_workers() => WithVariable("3", () =>
    {
        using Runtime runtime = Runtime.CreateBuilder().Build();
        using Runtime perCore = Runtime.CreatePerCoreBuilder().Build();
        using Runtime explicitly = Runtime.CreateBuilder().WorkerThreads(2).Build();
        Assert.Equal(3, runtime.Handle.WorkerThreads);
        Assert.Equal(3, perCore.Handle.WorkerThreads);
        Assert.Equal(2, explicitly.Handle.WorkerThreads);
    });

    [Fact]
    public void The_default_follows_affinity_and_the_containers_limit() => WithVariable(null, () =>
    {
        using Runtime runtime = Runtime.CreateBuilder().Build();
        Assert.Equal(Environment.ProcessorCount, runtime.Handle.WorkerThreads);
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable("DOTNET_PROCESSOR_COUNT") is not null)
        {
            return;
        }

        // What .NET's number says is what Linux grants: the affinity mask, cut down to the quota of the nearest cgroup.
        int expected = CpuSet.Allowed.Count;
        double quota = Quota();
        if (quota > 0)
        {
            expected = int.Min(expected, int.Max(1, (int)Math.Ceiling(quota)));
        }

        Assert.Equal(expected, runtime.Handle.WorkerThreads);
    });

    private static double Quota()
    {
        const string Root = "/sys/fs/cgroup";
        double least = 0;
        foreach (string line in File.ReadAllLines("/proc/self/cgroup"))
        {
            if (!line.StartsWith("0::", StringComparison.Ordinal))
            {
                continue;
            }

            string? folder = Root + line[3..];
            while (folder is not null && folder.StartsWith(Root, StringComparison.Ordinal))
            {
                string file = Path.Combine(folder, "cpu.max");
                if (File.Exists(file) && File.ReadAllText(file).Trim().Split(' ') is [not "max" and var most, var period])
                {
                    double share = double.Parse(most, CultureInfo.InvariantCulture) / double.Parse(period, CultureInfo.InvariantCulture);
                    least = least == 0 ? share : double.Min(least, share);
                }

                folder = Path.GetDirectoryName(folder);
            }
        }

        return least;
    }
}
