using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Dataflow;

namespace Kioto.Tests;

/// <summary>TPL Dataflow on a runtime's workers.</summary>
public sealed class DataflowTests
{
    private const string Worker = "dataflow-worker";

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_pipeline_runs_on_the_workers(RuntimeKind kind) => Run(kind, async scheduler =>
    {
        ExecutionDataflowBlockOptions options = new() { TaskScheduler = scheduler, MaxDegreeOfParallelism = 3, BoundedCapacity = 8 };
        DataflowLinkOptions link = new() { PropagateCompletion = true };
        BufferBlock<int> buffer = new(options);
        TransformBlock<int, int> twice = new(
            async i =>
            {
                Assert.True(OnWorker(kind));
                await Kio.YieldNow();
                Assert.True(OnWorker(kind));
                await Task.Yield();
                return i * 2;
            },
            options);
        TransformManyBlock<int, int> both = new(i => [i, i + 1], options);
        BatchBlock<int> batches = new(10, new GroupingDataflowBlockOptions { TaskScheduler = scheduler });
        int sum = 0;
        int count = 0;
        ActionBlock<int[]> add = new(
            batch =>
            {
                Assert.True(OnWorker(kind));
                count += batch.Length;
                sum += batch.Sum();
            },
            new ExecutionDataflowBlockOptions { TaskScheduler = scheduler });
        buffer.LinkTo(twice, link);
        twice.LinkTo(both, link);
        both.LinkTo(batches, link);
        batches.LinkTo(add, link);
        for (int i = 0; i < 200; i++)
        {
            Assert.True(await buffer.SendAsync(i));
        }

        buffer.Complete();
        await add.Completion;
        Assert.Equal(400, count);
        Assert.Equal(2 * 39_800 + 200, sum);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Futures_receive_from_blocks(RuntimeKind kind) => Run(kind, async scheduler =>
    {
        TransformBlock<int, int> block = new(i => i + 1, new ExecutionDataflowBlockOptions { TaskScheduler = scheduler });
        JoinHandle<int> receiver = Kio.Spawn(async () =>
        {
            int sum = 0;
            while (await block.OutputAvailableAsync())
            {
                sum += await block.ReceiveAsync();
            }

            return sum;
        });
        for (int i = 0; i < 100; i++)
        {
            block.Post(i);
            await Kio.YieldNow();
        }

        block.Complete();
        Assert.Equal(5050, await receiver);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_failure_faults_the_block(RuntimeKind kind) => Run(kind, async scheduler =>
    {
        ActionBlock<int> block = new(_ => throw new FormatException(), new ExecutionDataflowBlockOptions { TaskScheduler = scheduler });
        block.Post(1);
        await Expect.Throws<FormatException>(async () => await block.Completion);
    });

    [Fact]
    public void A_block_of_a_runtime_that_has_ended_faults() => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        ActionBlock<int> block = new(_ => { }, new ExecutionDataflowBlockOptions { TaskScheduler = runtime.AsTaskScheduler() });
        runtime.Dispose();
        block.Post(1);
        AggregateException exception = Assert.Throws<AggregateException>(block.Completion.Wait);
        Assert.Contains("shut down", exception.ToString(), StringComparison.Ordinal);
    });

    private static void Run(RuntimeKind kind, Func<TaskScheduler, Future> body) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(kind).ThreadName(Worker).Build();
        runtime.RunTask(() => body(runtime.AsTaskScheduler()));
    });

    private static bool OnWorker(RuntimeKind kind) =>
        Thread.CurrentThread.Name == (kind == RuntimeKind.CurrentThread ? Bounded.ThreadName : Worker);
}
