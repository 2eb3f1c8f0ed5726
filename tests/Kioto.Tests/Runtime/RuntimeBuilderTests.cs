using System;
using System.Threading;

namespace Kioto.Tests;

public sealed class RuntimeBuilderTests
{
    public static TheoryData<string, int> BadNumbers => new()
    {
        { nameof(RuntimeBuilder.WorkerThreads), 0 },
        { nameof(RuntimeBuilder.WorkerThreads), -1 },
        { nameof(RuntimeBuilder.WorkerThreads), 1025 },
        { nameof(RuntimeBuilder.MaxThreads), 0 },
        { nameof(RuntimeBuilder.MaxThreads), 32768 },
        { nameof(RuntimeBuilder.MaxBlockingThreads), 0 },
        { nameof(RuntimeBuilder.MaxBlockingThreads), int.MinValue },
    };

    [Theory]
    [MemberData(nameof(BadNumbers))]
    public void A_bad_number_names_its_knob(string knob, int value)
    {
        RuntimeBuilder builder = Runtime.CreateBuilder();
        ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(() => _ = knob switch
        {
            nameof(RuntimeBuilder.WorkerThreads) => builder.WorkerThreads(value),
            nameof(RuntimeBuilder.MaxThreads) => builder.MaxThreads(value),
            _ => builder.MaxBlockingThreads(value),
        });
        Assert.Equal(knob, exception.ParamName);
        Assert.Equal(value, exception.ActualValue);
    }

    [Fact]
    public void Bad_times_name_their_knob()
    {
        RuntimeBuilder builder = Runtime.CreateBuilder();
        Assert.Equal("ThreadKeepAlive", Assert.Throws<ArgumentOutOfRangeException>(() => builder.ThreadKeepAlive(TimeSpan.Zero)).ParamName);
        Assert.Equal("CleanupGrace", Assert.Throws<ArgumentOutOfRangeException>(() => builder.CleanupGrace(TimeSpan.FromTicks(-1))).ParamName);
        Assert.Equal("CleanupGrace", Assert.Throws<ArgumentOutOfRangeException>(() => builder.CleanupGrace(TimeSpan.FromDays(2))).ParamName);
        builder.ThreadKeepAlive(Timeout.InfiniteTimeSpan);
    }

    [Fact]
    public void Names_and_callbacks_must_be_there()
    {
        RuntimeBuilder builder = Runtime.CreateBuilder();
        Assert.Throws<ArgumentException>(() => builder.ThreadName(" "));
        Assert.Throws<ArgumentNullException>(() => builder.OnUnhandledFailure(null!));
    }

    [Fact]
    public void MaxThreads_counts_the_workers_too()
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(2).MaxThreads(3).Build();
        Assert.Equal(2, runtime.Handle.WorkerThreads);
        Assert.Equal(1, runtime.Handle.Scheduler.Options.MaxBlockingThreads);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void MaxThreads_must_leave_a_blocking_thread(int total)
    {
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(
            () => Runtime.CreateBuilder().WorkerThreads(3).MaxThreads(total).Build());
        Assert.Contains($"MaxThreads({total})", exception.Message, StringComparison.Ordinal);
        Assert.Contains("WorkerThreads(3)", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MaxThreads_and_MaxBlockingThreads_exclude_each_other() =>
        Assert.Contains("not both", Assert.Throws<InvalidOperationException>(
            () => Runtime.CreateBuilder().MaxThreads(8).MaxBlockingThreads(4).Build()).Message, StringComparison.Ordinal);

    [Fact]
    public void A_current_thread_runtime_counts_one_worker()
    {
        using Runtime runtime = Runtime.CreateCurrentThreadBuilder().WorkerThreads(7).MaxThreads(2).Build();
        Assert.Equal(1, runtime.Handle.WorkerThreads);
    }

    [Fact]
    public void A_builder_builds_many_runtimes() => Bounded.Run(() =>
    {
        RuntimeBuilder builder = Runtime.CreateBuilder().WorkerThreads(1);
        using Runtime first = builder.Build();
        using Runtime second = builder.WorkerThreads(2).Build();
        Assert.Equal(1, first.Handle.WorkerThreads);
        Assert.Equal(2, second.Handle.WorkerThreads);
        Assert.NotSame(first.Handle, second.Handle);
    });

    [Fact]
    public void The_default_has_a_worker_for_each_processor()
    {
        using Runtime runtime = Runtime.CreateBuilder().Build();
        Assert.Equal(Environment.ProcessorCount, runtime.Handle.WorkerThreads);
        Assert.NotEmpty(runtime.Handle.DriverName);
    }

    [Fact]
    public void Threads_carry_the_name() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).ThreadName("mine").Build();
        runtime.RunTask(async () =>
        {
            Assert.Equal("mine", Thread.CurrentThread.Name);
            Assert.True(Thread.CurrentThread.IsBackground);
            Assert.Equal("mine-io-1", await Kio.SpawnBlocking<string?>(() => Thread.CurrentThread.Name));
        });
    });
}
