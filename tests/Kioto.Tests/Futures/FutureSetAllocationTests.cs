#if !DEBUG
using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Kioto.Streams;

namespace Kioto.Tests;

/// <summary>What hand-written futures and future sets allocate. Release only, as AllocationTests.</summary>
[Collection(SerialCollection.Name)]
public sealed class FutureSetAllocationTests
{
    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Adding_and_completing_allocates_nothing(RuntimeKind kind)
    {
        FutureSet<int> set = new();
        AssertNothing(kind, async count =>
        {
            for (int i = 0; i < count; i++)
            {
                while (set.Count < 10)
                {
                    set.Add(Yields(i));
                }

                await set.NextAsync();
            }

            while (set.Count > 0)
            {
                await set.NextAsync();
            }
        });
    }

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Cancelling_what_waits_in_a_set_allocates_its_exception_at_most(RuntimeKind kind)
    {
        FutureSet<int> set = new();
        ReusableFuture<int> slot = new();
        double bytes = Measure(
            kind,
            500,
            async count =>
            {
                for (int i = 0; i < count; i++)
                {
                    await set.CancelAsync(set.Add(Yields(i)));
                    slot.Set(Yields(i));
                    await slot.CancelAsync();
                }
            },
            enough: 2000);
        Assert.InRange(bytes, 0, 2000);
    }

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Iterating_over_a_set_allocates_its_enumerator(RuntimeKind kind)
    {
        FutureSet<int> set = new();
        double bytes = Measure(
            kind,
            100,
            async count =>
            {
                for (int i = 0; i < count; i++)
                {
                    for (int k = 0; k < 100; k++)
                    {
                        set.Add(Yields(k));
                    }

                    await foreach (int _ in set)
                    {
                    }
                }
            },
            enough: 64);
        Assert.InRange(bytes, 0, 64);
    }

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_reusable_slot_allocates_nothing(RuntimeKind kind)
    {
        ReusableFuture<int> slot = new();
        AssertNothing(kind, async count =>
        {
            for (int i = 0; i < count; i++)
            {
                slot.Set(Yields(i));
                await slot.WaitAsync();
            }
        });
    }

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Ready_made_futures_and_completed_shared_ones_allocate_nothing(RuntimeKind kind)
    {
        SharedFuture<int> shared = Future.FromResult(1).Shared();
        AssertNothing(kind, async count =>
        {
            Func<Future<int>> make = static () => Future.FromResult(2);
            for (int i = 0; i < count; i++)
            {
                await shared;
                await Future.Lazy(make);
            }
        });
    }

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_step_of_a_stream_of_futures_allocates_nothing(RuntimeKind kind)
    {
        Endless endless = new();
        FutureEnumerator<int> steps = endless.SelectConcurrent(8, Yields).GetAsyncEnumerator();
        FutureEnumerator<int> inOrder = new EndlessFutures().Buffered(8).GetAsyncEnumerator();
        FutureEnumerator<int> merged = endless.Merge(endless).GetAsyncEnumerator();
        AssertNothing(kind, async count =>
        {
            for (int i = 0; i < count / 4; i++)
            {
                await steps.MoveNextAsync();
                await inOrder.MoveNextAsync();
                await merged.MoveNextAsync();
            }
        });
    }

    private static async Future<int> Yields(int value)
    {
        await Kio.YieldNow();
        return value;
    }

    private static void AssertNothing(RuntimeKind kind, Func<int, Future> body) => Assert.Equal(0.0, Measure(kind, 10_000, body));

    // Bytes a round, in the whole process: the least of several attempts, as in AllocationTests. They go on until the
    // code has settled, however long that takes on a busy machine.
    private static double Measure(RuntimeKind kind, int rounds, Func<int, Future> body, double enough = 0)
    {
        double least = double.MaxValue;
        Runtimes.Run(kind, async () =>
        {
            for (int attempt = 0; attempt < 100; attempt++)
            {
                await body(rounds);
                await Kio.Sleep(TimeSpan.FromMilliseconds(20));
                long before = GC.GetTotalAllocatedBytes(true);
                await body(rounds);
                long bytes = GC.GetTotalAllocatedBytes(true) - before;
                least = double.Min(least, (double)bytes / rounds);
                if (least <= enough)
                {
                    return;
                }
            }
        });
        return least;
    }

    /// <summary>A plain sequence, without Kioto's steps.</summary>
    private sealed class Endless : IAsyncEnumerable<int>, IAsyncEnumerator<int>
    {
        public int Current { get; private set; }

        public IAsyncEnumerator<int> GetAsyncEnumerator(System.Threading.CancellationToken cancellationToken = default) => this;

        public ValueTask<bool> MoveNextAsync()
        {
            Current++;
            return new ValueTask<bool>(true);
        }

        public ValueTask DisposeAsync() => default;
    }

    private sealed class EndlessFutures : IAsyncEnumerable<Future<int>>, IAsyncEnumerator<Future<int>>
    {
        public Future<int> Current => Yields(1);

        public IAsyncEnumerator<Future<int>> GetAsyncEnumerator(System.Threading.CancellationToken cancellationToken = default) => this;

        public ValueTask<bool> MoveNextAsync() => new(true);

        public ValueTask DisposeAsync() => default;
    }
}
#endif
