using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Kioto.Tests;

/// <summary>Pools with names, and what can be read of them.</summary>
public sealed class BlockingPoolsTests
{
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Every_runtime_has_io_and_cpu(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        BlockingPool cpu = Kio.BlockingPool("cpu");
        Assert.Equal("cpu", cpu.Name);
        Assert.Equal(Environment.ProcessorCount, cpu.MaxThreads);
        Assert.Null(cpu.QueueCapacity);
        Assert.Equal(["io", "cpu"], RuntimeHandle.Current.BlockingPools.Select(pool => pool.Name));
        Assert.Equal(512, Kio.BlockingPool("io").MaxThreads);
        Assert.Equal(3, await cpu.Spawn(() => 3));
        await cpu.Spawn(() => { });
        Assert.Equal(4, await await cpu.SpawnAsync(() => 4));
        await await cpu.SpawnAsync(() => { });
        Assert.Equal(4, cpu.Metrics.ClosuresStarted);
        Assert.Equal(0, Kio.BlockingPool("io").Metrics.ClosuresStarted);
    });

    [Fact]
    public void Pools_are_made_with_names_and_keep_nobody_else_waiting() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).ThreadName("shop")
            .BlockingPool("legacy", threads: 9)
            .BlockingPool("cpu", threads: 3, queue: 2)
            .BlockingPool("legacy", threads: 1, queue: 0)
            .Build();
        using Gate gate = new();
        BlockingPool legacy = runtime.BlockingPool("legacy");
        Assert.Equal((1, 0), (legacy.MaxThreads, legacy.QueueCapacity));
        Assert.Equal((3, 2), (runtime.BlockingPool("cpu").MaxThreads, runtime.BlockingPool("cpu").QueueCapacity));
        Assert.Equal(["io", "cpu", "legacy"], runtime.BlockingPools.Select(pool => pool.ToString()));
        JoinHandle stuck = legacy.Spawn(gate.Pass);
        BlockingQueueFullException full = Assert.Throws<BlockingQueueFullException>(() => legacy.Spawn(() => 1));
        Assert.Contains("\"legacy\"", full.Message, StringComparison.Ordinal);
        Assert.Contains("SpawnAsync", full.Message, StringComparison.Ordinal);
        runtime.BlockOn(async () =>
        {
            Assert.Equal("shop-cpu-1", await Kio.BlockingPool("cpu").Spawn<string?>(() => Thread.CurrentThread.Name));
            Assert.Equal("shop-io-1", await Kio.SpawnBlocking<string?>(() => Thread.CurrentThread.Name));
            gate.Open();
            await stuck;
            Assert.Equal("shop-legacy-1", await await legacy.SpawnAsync<string?>(() => Thread.CurrentThread.Name));
        });
    });

    [Fact]
    public void A_closure_of_a_named_pool_belongs_to_the_runtime() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        Assert.Equal(3, runtime.BlockOn(async () => await await Kio.BlockingPool("cpu").Spawn(() =>
            Kio.Spawn(async () => await Kio.BlockingPool("cpu").Spawn(() => 1) + 2))));
    });

    [Fact]
    public void An_unknown_pool_is_refused_with_the_names_of_the_others() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).BlockingPool("legacy", 1).Build();
        string message = Assert.Throws<ArgumentException>(() => runtime.BlockingPool("CPU")).Message;
        Assert.Contains("\"CPU\"", message, StringComparison.Ordinal);
        Assert.Contains("io, legacy, cpu", message, StringComparison.Ordinal);
        Assert.Contains("RuntimeBuilder.BlockingPool", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => runtime.BlockingPool(null!));
        Assert.Throws<InvalidOperationException>(() => Kio.BlockingPool("cpu"));
        Assert.Throws<InvalidOperationException>(() => Kio.SpawnBlockingAsync(() => { }));
        Assert.Throws<ArgumentNullException>(() => runtime.BlockingPool("cpu").Spawn((Action)null!));
        Assert.Throws<ArgumentNullException>(() => runtime.BlockingPool("cpu").SpawnAsync((Func<int>)null!));
    });

    [Fact]
    public void Knobs_that_make_no_sense_are_refused_by_name()
    {
        RuntimeBuilder builder = Runtime.CreateBuilder();
        Assert.Contains("MaxBlockingQueue", Assert.Throws<ArgumentOutOfRangeException>(() => builder.MaxBlockingQueue(-1)).Message, StringComparison.Ordinal);
        Assert.Contains("\"x\": threads", Assert.Throws<ArgumentOutOfRangeException>(() => builder.BlockingPool("x", 0)).Message, StringComparison.Ordinal);
        Assert.Contains("\"x\": queue", Assert.Throws<ArgumentOutOfRangeException>(() => builder.BlockingPool("x", 1, -1)).Message, StringComparison.Ordinal);
        Assert.Contains("MaxBlockingThreads", Assert.Throws<ArgumentException>(() => builder.BlockingPool("io", 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => builder.BlockingPool(" ", 1));
        Assert.Contains("BlockingPool", Assert.Throws<ArgumentNullException>(() => builder.BlockingPool(null!, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_builder_that_is_used_again_keeps_its_first_runtime_as_it_was() => Bounded.Run(() =>
    {
        RuntimeBuilder builder = Runtime.CreateBuilder().WorkerThreads(1).BlockingPool("one", 1);
        using Runtime first = builder.Build();
        using Runtime second = builder.BlockingPool("two", 2).Build();
        Assert.Equal(3, first.BlockingPools.Count);
        Assert.Equal(4, second.BlockingPools.Count);
    });

    [Fact]
    public void Figures_of_threads_queue_and_waits() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).BlockingPool("two", threads: 2).Build();
        BlockingPool pool = runtime.BlockingPool("two");
        Assert.Equal(default, pool.Metrics);
        using Gate gate = new();
        using Gate other = new();
        List<JoinHandle> handles = [pool.Spawn(gate.Pass), pool.Spawn(other.Pass)];
        gate.Entered.Wait();
        other.Entered.Wait();
        for (int i = 0; i < 5; i++)
        {
            handles.Add(pool.Spawn(() => { }));
        }

        BlockingPoolMetrics busy = pool.Metrics;
        Assert.Equal((2, 0, 5, 2), (busy.Threads, busy.IdleThreads, busy.QueueDepth, busy.ClosuresStarted));
        runtime.BlockOn(async () =>
        {
            await Kio.Sleep(TimeSpan.FromMilliseconds(40));
            gate.Open();
            other.Open();
            foreach (JoinHandle handle in handles)
            {
                await handle;
            }

            await Expect.Until(() => pool.Metrics.IdleThreads == pool.Metrics.Threads);
        });
        BlockingPoolMetrics idle = pool.Metrics;
        Assert.Equal((0, 7), (idle.QueueDepth, idle.ClosuresStarted));
        Assert.InRange(idle.MaxQueueWait, TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(Bounded.Seconds));
        Assert.InRange(idle.TotalQueueWait, TimeSpan.FromMilliseconds(100), 7 * idle.MaxQueueWait);
        runtime.Dispose();
        Assert.Equal(7, pool.Metrics.ClosuresStarted);
    });

    [Fact]
    public void All_threads_leave_when_the_runtime_ends() => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        using Gate gate = new();
        JoinHandle[] handles = [.. Enumerable.Range(0, 4).Select(_ => runtime.SpawnBlocking(gate.Pass))];
        gate.Open();
        foreach (JoinHandle handle in handles)
        {
            runtime.BlockOn(handle.AsFuture());
        }

        runtime.Dispose();
        using Runtime other = Runtimes.Create(RuntimeKind.CurrentThread);
        other.BlockOn(async () => await Expect.Until(() => runtime.BlockingPool("io").Metrics.Threads == 0));
    });
}
