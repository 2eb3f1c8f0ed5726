using System;
using System.Threading;

namespace Kioto.Tests;

/// <summary>What a runtime says of its blocking pool, as Tokio's rt_unstable_metrics asks.</summary>
public sealed class BlockingMetricsTests
{
    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Threads_are_counted_idle_or_not(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        RuntimeMetrics metrics = runtime.Metrics;
        Assert.Equal((0, 0), (metrics.BlockingThreadCount, metrics.IdleBlockingThreadCount));
        runtime.BlockOn(async () => await runtime.SpawnBlocking(() => { }));
        Assert.Equal(1, metrics.BlockingThreadCount);
        SpinWait.SpinUntil(() => metrics.IdleBlockingThreadCount == 1);
        runtime.Dispose();
        Assert.Equal(0, metrics.IdleBlockingThreadCount);
        SpinWait.SpinUntil(() => metrics.BlockingThreadCount == 0);
    });

    [Fact]
    public void Closures_that_wait_are_counted_and_how_long_they_have() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateCurrentThreadBuilder().ForTests().MaxBlockingThreads(1).Build();
        using Gate gate = new();
        RuntimeMetrics metrics = runtime.Metrics;
        Assert.Equal((0, TimeSpan.Zero), (metrics.BlockingQueueDepth, metrics.BlockingQueueWait));
        JoinHandle first = runtime.SpawnBlocking(gate.Pass);
        gate.Entered.Wait();
        JoinHandle second = runtime.SpawnBlocking(() => { });
        Assert.Equal(1, metrics.BlockingQueueDepth);
        Spin.For(20);
        gate.Open();
        runtime.BlockOn(async () =>
        {
            await first;
            await second;
        });
        Assert.Equal(0, metrics.BlockingQueueDepth);
        Assert.True(metrics.BlockingQueueWait >= TimeSpan.FromMilliseconds(10));
    });
}
