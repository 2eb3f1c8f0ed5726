using System;

namespace Kioto.Tests;

public sealed class DeepChainTests
{
    private const int Depth = 1_000_000;

    [Theory]
    [InlineData(RuntimeKind.CurrentThread)]
    [InlineData(RuntimeKind.TwoWorkers)]
    public void A_million_frames_that_do_not_suspend_complete(RuntimeKind kind) =>
        Runtimes.Run(kind, async () => Assert.Equal(Depth, await Descend(Depth, Kio.Sleep(TimeSpan.Zero))));

    [Theory]
    [InlineData(RuntimeKind.CurrentThread)]
    [InlineData(RuntimeKind.TwoWorkers)]
    public void A_million_suspended_frames_are_resumed(RuntimeKind kind) =>
        Runtimes.Run(kind, async () => Assert.Equal(Depth, await Descend(Depth, Kio.YieldNow())));

    [Fact]
    public void A_million_frames_that_wait_for_a_Task_are_resumed() => Runtimes.Run(async () =>
    {
        System.Threading.Tasks.TaskCompletionSource source = new();
        JoinHandle<int> handle = Kio.Spawn(() => Descend(Depth, source.Task.AsFuture()));
        await Kio.YieldNow();
        source.SetResult();
        Assert.Equal(Depth, await handle);
    });

    [Fact]
    public void Deep_chains_work_in_BlockOn() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        Assert.Equal(100_000, runtime.BlockOn(Descend(100_000, Kio.YieldNow())));
    });

    [Fact]
    public void An_exception_unwinds_a_deep_chain() => Runtimes.Run(async () =>
    {
        // Each level throws again: the depth is bounded by time, not by stack.
        await Expect.Throws<FormatException>(async () => await DescendAndThrow(2_000));
    });

    [Fact]
    public void A_deep_chain_can_be_aborted() => Runtimes.Run(async () =>
    {
        Signal signal = new();
        JoinHandle<int> handle = Kio.Spawn(() => Descend(2_000, Wait(signal)));
        await Expect.Until(() => signal.Polls > 0);
        handle.Abort();
        Assert.True((await handle.JoinAsync()).IsAborted);
    });

    [Fact]
    public void A_deep_chain_below_a_Task_based_helper_completes() => Runtimes.Run(async () =>
        Assert.Equal(100_000, await Descend(100_000, Kio.YieldNow()).AsTask()));

    private static async Future<int> Descend(int depth, Future bottom)
    {
        if (depth == 0)
        {
            await bottom;
            return 0;
        }

        return await Descend(depth - 1, bottom) + 1;
    }

    private static async Future DescendAndThrow(int depth)
    {
        if (depth == 0)
        {
            await Kio.YieldNow();
            throw new FormatException();
        }

        await DescendAndThrow(depth - 1);
    }

    private static async Future Wait(Signal signal) => await signal.AsFuture();
}
