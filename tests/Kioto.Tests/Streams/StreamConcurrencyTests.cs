using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Kioto.Streams;

namespace Kioto.Tests;

/// <summary>Several elements of a sequence at a time.</summary>
public sealed class StreamConcurrencyTests
{
    public static TheoryData<RuntimeKind, int> Limits()
    {
        TheoryData<RuntimeKind, int> data = [];
        foreach (RuntimeKind kind in Enum.GetValues<RuntimeKind>())
        {
            data.Add(kind, 1);
            data.Add(kind, 3);
            data.Add(kind, int.MaxValue);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public void Every_element_gets_its_body_and_no_more_than_the_limit_run(RuntimeKind kind, int limit) => Runtimes.Run(kind, async () =>
    {
        Counted source = new(20);
        int running = 0;
        int most = 0;
        List<int> seen = [];
        await source.Numbers().ForEachConcurrent(limit, async number =>
        {
            most = int.Max(most, ++running);
            Assert.True(source.Pulled - seen.Count <= limit, "The source was pulled ahead.");
            await Kio.YieldNow();
            await Kio.YieldNow();
            running--;
            seen.Add(number);
        });
        Assert.Equal(Enumerable.Range(0, 20), seen.Order());
        Assert.InRange(most, int.Min(limit, 2), int.Min(limit, 20));
        Assert.Equal(1, source.Disposed);
    });

    [Theory]
    [MemberData(nameof(Limits))]
    public void Buffered_keeps_the_order(RuntimeKind kind, int limit) => Runtimes.Run(kind, async () =>
    {
        Counted source = new(30);
        List<int> results = [];
        int inFlight = 0;
        await foreach (int result in source.Numbers().Select(Slow).Buffered(limit))
        {
            results.Add(result);
        }

        Assert.Equal(Enumerable.Range(0, 30), results);
        Assert.Equal(1, source.Disposed);

        async Future<int> Slow(int number)
        {
            Assert.True(++inFlight <= limit);
            Assert.True(source.Pulled - results.Count <= limit);
            for (int i = (number * 7) % 5; i > 0; i--)
            {
                await Kio.YieldNow();
            }

            inFlight--;
            return number;
        }
    });

    [Theory]
    [MemberData(nameof(Limits))]
    public void Unordered_results_come_as_they_complete(RuntimeKind kind, int limit) => Runtimes.Run(kind, async () =>
    {
        Counted source = new(30);
        List<int> results = [];
        await foreach (int result in source.Numbers().SelectConcurrent(limit, Slow))
        {
            results.Add(result);
        }

        Assert.Equal(Enumerable.Range(0, 30), results.Order());
        Assert.Equal(30, await source.Numbers().Select(Slow).BufferUnordered(limit).CountAsync());
        Assert.Equal(2, source.Disposed);
        if (limit > 1)
        {
            Assert.NotEqual(Enumerable.Range(0, 30), results);
        }

        static async Future<int> Slow(int number)
        {
            for (int i = number % 2 == 0 ? 6 : 0; i > 0; i--)
            {
                await Kio.YieldNow();
            }

            return number;
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void The_first_failure_cancels_the_rest_and_is_thrown(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Counted source = new(int.MaxValue);
        int begun = 0;
        int cleaned = 0;
        FormatException failure = await Expect.Throws<FormatException>(() => source.Numbers().ForEachConcurrent(4, Body));
        Assert.Equal("3", failure.Message);
        Assert.Equal((3, 3), (begun, cleaned));
        Assert.Equal(1, source.Disposed);
        Assert.Equal(4, source.Pulled);

        begun = cleaned = 0;
        List<int> results = [];
        await Expect.Throws<FormatException>(async () =>
        {
            await foreach (int result in source.Numbers().SelectConcurrent(4, async number =>
            {
                await Body(number);
                return number;
            }))
            {
                results.Add(result);
            }
        });
        Assert.Equal((3, 3), (begun, cleaned));
        Assert.Equal(2, source.Disposed);

        async Future Body(int number)
        {
            if (number == 3)
            {
                throw new FormatException("3");
            }

            begun++;
            try
            {
                await Future.Pending();
            }
            finally
            {
                await Kio.YieldNow();
                cleaned++;
            }
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void In_order_a_failure_waits_for_its_turn(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        List<int> results = [];
        await Expect.Throws<FormatException>(async () =>
        {
            await foreach (int result in Source().Buffered(10))
            {
                results.Add(result);
            }
        });
        Assert.Equal([0, 1, 2], results);
        results.Clear();
        await Expect.Throws<NotSupportedException>(async () =>
        {
            await foreach (int result in Broken().Buffered(10))
            {
                results.Add(result);
            }
        });
        Assert.Equal([7], results);

        static async IAsyncEnumerable<Future<int>> Source()
        {
            await Kio.YieldNow();
            yield return Yields(0);
            yield return Yields(1);
            yield return Yields(2);
            yield return Future.FromException<int>(new FormatException());
            yield return Yields(4);
        }

        static async IAsyncEnumerable<Future<int>> Broken()
        {
            await Kio.YieldNow();
            yield return Yields(7);
            throw new NotSupportedException();
        }

        static async Future<int> Yields(int value)
        {
            await Kio.YieldNow();
            await Kio.YieldNow();
            return value;
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_failing_source_or_selector_ends_it(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        int cleaned = 0;
        await Expect.Throws<FormatException>(() => Broken().ForEachConcurrent(5, async _ =>
        {
            try
            {
                await Future.Pending();
            }
            finally
            {
                cleaned++;
            }
        }));
        Assert.Equal(2, cleaned);
        Counted source = new(5);
        await Expect.Throws<FormatException>(() => source.Numbers().ForEachConcurrent(5, _ => throw new FormatException()));
        Assert.Equal((1, 1), (source.Pulled, source.Disposed));

        static async IAsyncEnumerable<int> Broken()
        {
            yield return 1;
            await Kio.YieldNow();
            yield return 2;
            await Kio.YieldNow();
            throw new FormatException();
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Aborting_unwinds_bodies_and_source(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        int begun = 0;
        int cleaned = 0;
        foreach (bool ordered in (bool[])[false, true])
        {
            Counted source = new(3) { Stalls = true };
            begun = cleaned = 0;
            JoinHandle handle = Kio.Spawn(async () =>
            {
                if (ordered)
                {
                    await foreach (int _ in source.Numbers().Select(Body).Buffered(5))
                    {
                    }
                }
                else
                {
                    await source.Numbers().ForEachConcurrent(5, async number => await Body(number));
                }
            });
            await Expect.Until(() => Volatile.Read(ref begun) == 3 && source.IsStalled);
            handle.Abort();
            await Expect.Throws<TaskAbortedException>(async () => await handle);
            Assert.Equal(3, cleaned);
            Assert.Equal(1, source.Disposed);
        }

        async Future<int> Body(int number)
        {
            Interlocked.Increment(ref begun);
            try
            {
                await Future.Pending();
                return number;
            }
            finally
            {
                await Kio.YieldNow();
                Interlocked.Increment(ref cleaned);
            }
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_source_that_waits_for_its_token_is_told(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        bool waits = false;
        bool told = false;
        JoinHandle handle = Kio.Spawn(Source().ForEachConcurrent(2, async _ => await Future.Completed));
        await Expect.Until(() => Volatile.Read(ref waits));
        handle.Abort();
        await Expect.Throws<TaskAbortedException>(async () => await handle);
        Assert.True(told);

        async IAsyncEnumerable<int> Source([EnumeratorCancellation] CancellationToken token = default)
        {
            yield return 1;
            try
            {
                Volatile.Write(ref waits, true);
                await Task.Delay(Timeout.Infinite, token);
            }
            finally
            {
                told = token.IsCancellationRequested;
            }
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Leaving_the_loop_cleans_up(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        int cleaned = 0;
        Counted source = new(int.MaxValue);
        await foreach (int number in source.Numbers().SelectConcurrent(3, Body))
        {
            Assert.Equal(1, number);
            break;
        }

        Assert.Equal(3, cleaned);
        Assert.Equal(1, source.Disposed);

        async Future<int> Body(int number)
        {
            try
            {
                await (number == 1 ? Kio.YieldNow() : Future.Pending());
                return number;
            }
            finally
            {
                cleaned++;
            }
        }
    });

    [Fact]
    public void Arguments_are_checked()
    {
        IAsyncEnumerable<int> source = AsyncEnumerable.Empty<int>();
#pragma warning disable KIO0001 // They are not made.
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = source.ForEachConcurrent(0, _ => Future.Completed); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = source.SelectConcurrent(0, Future.FromResult); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = source.Select(Future.FromResult).Buffered(-1); });
        Assert.Throws<ArgumentNullException>(() => { _ = source.ForEachConcurrent(1, null!); });
#pragma warning restore KIO0001
        Assert.Throws<ArgumentNullException>(() => { _ = StreamConcurrency.Buffered<int>(null!, 1); });
    }

    /// <summary>A plain async iterator that counts what is asked of it.</summary>
    private sealed class Counted(int count)
    {
        internal int Pulled { get; private set; }

        internal int Disposed { get; private set; }

        internal bool Stalls { get; init; }

        internal bool IsStalled { get; private set; }

        internal async IAsyncEnumerable<int> Numbers()
        {
            Pulled = 0;
            try
            {
                for (int i = 0; i < count; i++)
                {
                    if (i % 2 == 1)
                    {
                        await Kio.YieldNow();
                    }

                    Pulled++;
                    yield return i;
                }

                if (Stalls)
                {
                    IsStalled = true;
                    await Future.Pending();
                }
            }
            finally
            {
                await Kio.YieldNow();
                Disposed++;
            }
        }
    }
}
