using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

#pragma warning disable KIO0002 // Blocking a poll is what is tested.

/// <summary>Polls whose worker has gone elsewhere, and futures that a thread blocks on: nobody looks at them from outside.</summary>
[Collection(SerialCollection.Name)]
public sealed class LostWorkerSliceTests
{
    [Theory]
    [MemberData(nameof(Runtimes.MultiThread), MemberType = typeof(Runtimes))]
    public void What_follows_a_local_set_that_lost_the_worker_has_a_slice(RuntimeKind kind) => Run(kind, async () =>
    {
        LocalSet set = new();
        await set.RunUntilAsync(Within(set));
        await ComputeTwice();

        // All in one poll: it would not be the set's thread after another.
        static async Future Within(LocalSet set)
        {
            LoseWorker();
            Compute(); // A slice of the set's.
            set.Dispose();
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.MultiThread), MemberType = typeof(Runtimes))]
    public void What_is_unconstrained_stays_so_without_the_worker_and_what_follows_has_a_slice(RuntimeKind kind) => Run(kind, async () =>
    {
        await Unconstrained().Unconstrained();
        await ComputeTwice();

        static async Future Unconstrained()
        {
            LoseWorker();
            Stopwatch watch = Stopwatch.StartNew();
            while (watch.Elapsed < TimeSpan.FromMilliseconds(40))
            {
                Assert.True(Kio.HasBudgetRemaining);
                await Kio.ConsumeBudgetAsync();
                Assert.Null(RuntimeHandle.CurrentWorkerIndex); // Still the same poll.
            }
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.MultiThread), MemberType = typeof(Runtimes))]
    public void The_next_leaf_yields_too(RuntimeKind kind) => Run(kind, async () =>
    {
        await Lose().Unconstrained();
        Assert.Null(RuntimeHandle.CurrentWorkerIndex);

        // Fewer than the budget allows. A machine that keeps this thread from running takes its worker away again, at any time.
        int? index = null;
        for (int turn = 0; turn < 50 && index is null; turn++)
        {
            await Kio.ConsumeBudgetAsync();
            index = RuntimeHandle.CurrentWorkerIndex;
        }

        Assert.NotNull(index);

        static async Future Lose() => LoseWorker();
    });

    [Theory]
    [MemberData(nameof(Runtimes.MultiThread), MemberType = typeof(Runtimes))]
    public void What_follows_a_block_that_lost_the_worker_has_a_slice(RuntimeKind kind) => Run(kind, async () =>
    {
        Kio.BlockInPlace(static () =>
        {
            using ManualResetEventSlim gate = new();
            Kio.Detach(async () => gate.Set());
            gate.Wait();
        });
        await ComputeTwice();
    });

    [Theory]
    [MemberData(nameof(Runtimes.MultiThread), MemberType = typeof(Runtimes))]
    public void A_slice_that_is_longer_than_the_threshold_is_as_long_as_it_is(RuntimeKind kind) => Bounded.Run(() =>
    {
        TimeSpan slice = TimeSpan.FromMilliseconds(100);
        using Runtime runtime = Builder(kind).TimeSlice(slice).Build();
        Stopwatch watch = Stopwatch.StartNew();
        runtime.RunTask(async () =>
        {
            LoseWorker();
            Assert.True(Kio.HasBudgetRemaining || watch.Elapsed >= slice);
            Compute();
            Assert.True(watch.Elapsed >= slice);
            await ComputeTwice();
        });
    });

    [Theory]
    [MemberData(nameof(Runtimes.MultiThread), MemberType = typeof(Runtimes))]
    public void A_future_that_a_thread_blocks_on_has_slices(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Builder(kind).Build();
        runtime.BlockOn(ComputeTwice());
        runtime.RunTask(async () =>
        {
            runtime.BlockOn(ComputeTwice());
            await ComputeTwice();
            LoseWorker();
            runtime.BlockOn(ComputeTwice());
            await ComputeTwice();
        });
    });

    [Fact]
    public void So_has_one_that_is_awaited_outside_any_runtime() => Bounded.Run(() =>
    {
        Outside().GetAwaiter().GetResult();

        static async Task Outside()
        {
            await Computing();
            LocalSet set = new();
            await set.RunUntilAsync(Computing());
        }

        static async Future Computing()
        {
            await Kio.YieldNow();
            await ComputeTwice();
        }
    });

    [Fact]
    public void Where_it_is_off_it_is_off_for_these_too() => Bounded.Run(() =>
    {
        using Runtime runtime = Builder(RuntimeKind.OneWorker).TimeSlice(TimeSpan.Zero).Build();
        runtime.RunTask(async () =>
        {
            LoseWorker();
            AssertLasts();
            Kio.BlockInPlace(static () => { });
            AssertLasts();
        });
        runtime.BlockOn(async () => AssertLasts());

        static void AssertLasts()
        {
            Stopwatch watch = Stopwatch.StartNew();
            while (watch.Elapsed < TimeSpan.FromMilliseconds(40))
            {
                Assert.True(Kio.HasBudgetRemaining);
            }
        }
    });

    private static async Future ComputeTwice()
    {
        Compute();
        await Kio.ConsumeBudgetAsync(); // Yields: there is none left.
        await NextSlice();
        Compute();
        await Kio.YieldNow();
    }

    // What ends a slice at the moment at which the next poll begins takes that one's too; so does a machine that keeps it
    // from running.
    private static async Future NextSlice()
    {
        while (!Kio.HasBudgetRemaining)
        {
            await Kio.YieldNow();
        }
    }

    // Ends when the slice is over: nothing here takes from the budget.
    private static void Compute()
    {
        while (Kio.HasBudgetRemaining)
        {
            Thread.SpinWait(100);
        }
    }

    private static void LoseWorker() => SpinWait.SpinUntil(static () => RuntimeHandle.CurrentWorkerIndex is null);

    private static RuntimeBuilder Builder(RuntimeKind kind) =>
        Runtimes.Plain(kind).StuckThreshold(TimeSpan.FromMilliseconds(10)).OnStuckTask(static _ => { });

    private static void Run(RuntimeKind kind, Func<Future> body) => Bounded.Run(() =>
    {
        using Runtime runtime = Builder(kind).Build();
        runtime.RunTask(body);
    });
}
