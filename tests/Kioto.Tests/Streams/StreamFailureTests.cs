using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Kioto.Streams;

namespace Kioto.Tests;

/// <summary>A failure that a step has seen is thrown by it, by a later step, or reported: it never disappears.</summary>
public sealed class StreamFailureTests
{
    private enum After
    {
        Step,
        Dispose,
    }

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_merge_cancelled_while_it_cleans_up_keeps_its_failure(RuntimeKind kind) =>
        Both(kind, cleaning => FutureStream.Merge(new Stalling<int>(FutureStream.Pending<int>(), cleaning), Failing()));

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Concurrent_bodies_cancelled_while_they_clean_up_keep_their_failure(RuntimeKind kind) =>
        Both(kind, cleaning => new Stalling<int>(Elements(1, 2), cleaning).SelectConcurrent(2, _ => Later<int>(new FormatException())));

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Buffered_futures_cancelled_while_they_clean_up_keep_their_failure(RuntimeKind kind) =>
        Both(kind, cleaning =>
            new Stalling<Future<int>>(Elements(Later<int>(new FormatException())), cleaning).Buffered(2));

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_map_cancelled_while_it_disposes_of_a_sequence_keeps_its_failure(RuntimeKind kind)
    {
        Check(kind, After.Step, async () =>
        {
            Event cleaning = new();
            StreamMap<int, int> map = new();
            map.Add(1, new Stalling<int>(Failing(), cleaning));
            await Lose(async () => (await map.NextAsync()).HasValue, cleaning);
            Assert.Equal(0, map.Count);
            await Expect.Throws<FormatException>(async () => await map.NextAsync());
            Assert.False((await map.NextAsync()).HasValue);
            await map.DisposeAsync();
        });
        Check(kind, After.Dispose, async () =>
        {
            Event cleaning = new();
            StreamMap<int, int> map = new();
            map.Add(1, new Stalling<int>(Failing(), cleaning));
            await Lose(async () => (await map.NextAsync()).HasValue, cleaning);
            await map.DisposeAsync();
        });
    }

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_failing_cleanup_does_not_hide_the_failure_that_it_follows(RuntimeKind kind) => Reports(kind, async reports =>
    {
        foreach (Func<FutureStream<int>> make in new Func<FutureStream<int>>[]
        {
            () => FutureStream.Merge(FailingToClean(), Failing()),
            () => FutureStream.Merge(Failing(), FailingToClean()),
            () => FailingToClean().SelectConcurrent(1, value => Future.FromException<int>(new FormatException())),
            () => FailingToClean().SelectConcurrent(2, value => Later<int>(new FormatException())),
        })
        {
            await using (FutureEnumerator<int> steps = make().GetAsyncEnumerator())
            {
                await Expect.Throws<FormatException>(async () =>
                {
                    while (await steps.MoveNextAsync())
                    {
                    }
                });
            }

            Assert.True(reports.TryDequeue(out Exception? report));
            Assert.IsType<InvalidTimeZoneException>(report);
        }

        Assert.Empty(reports);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Failures_that_come_after_the_first_are_reported(RuntimeKind kind) => Reports(kind, async reports =>
    {
        FutureStream<int> stream = new[]
        {
            Later<int>(new FormatException()), Future.FromException<int>(new InvalidTimeZoneException()),
        }.ToAsyncEnumerable().Buffered(2);
        await using (FutureEnumerator<int> steps = stream.GetAsyncEnumerator())
        {
            await Expect.Throws<FormatException>(async () => await steps.MoveNextAsync());
        }

        Assert.IsType<InvalidTimeZoneException>(Assert.Single(reports));
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Removing_a_sequence_throws_what_its_cleanup_throws(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using StreamMap<string, int> map = new();
        map.Add("bad", BadWhenCancelled());
        map.Add("good", StreamOperatorTests.Counting(1, 1));
        Assert.Equal("good", (await map.NextAsync()).Value.Key);
        await Expect.Throws<InvalidTimeZoneException>(async () => await map.RemoveAsync("bad"));

        static async IAsyncEnumerable<int> BadWhenCancelled()
        {
            try
            {
                await Future.Pending();
                yield return 0;
            }
            finally
            {
                Settle.Throw(new InvalidTimeZoneException());
            }
        }
    });

    private static void Both(RuntimeKind kind, Func<Event, FutureStream<int>> make)
    {
        Check(kind, After.Step, async () =>
        {
            Event cleaning = new();
            FutureEnumerator<int> steps = make(cleaning).GetAsyncEnumerator();
            await Lose(steps.MoveNextAsync, cleaning);
            await Expect.Throws<FormatException>(async () => await steps.MoveNextAsync());
            Assert.False(await steps.MoveNextAsync());
            await steps.DisposeAsync();
        });
        Check(kind, After.Dispose, async () =>
        {
            Event cleaning = new();
            FutureEnumerator<int> steps = make(cleaning).GetAsyncEnumerator();
            await Lose(steps.MoveNextAsync, cleaning);
            await steps.DisposeAsync();
        });
    }

    private static void Reports(RuntimeKind kind, Func<ConcurrentQueue<Exception>, Future> body)
    {
        ConcurrentQueue<Exception> reports = new();
        Settle.Run(kind, reports, () => body(reports));
    }

    // The step loses against the beginning of its own cleanup.
    private static async Future Lose(Func<Future<bool>> step, Event cleaning)
    {
        Selected<bool, int> first = await Kio.SelectBiased(step(), cleaning.WaitAsync());
        Assert.Equal(1, first.Index);
    }

    private static void Check(RuntimeKind kind, After after, Func<Future> body) => Reports(kind, async reports =>
    {
        await body();
        if (after == After.Dispose)
        {
            Assert.IsType<FormatException>(Assert.Single(reports));
        }
        else
        {
            Assert.Empty(reports);
        }
    });

    private static async IAsyncEnumerable<int> FailingToClean()
    {
        try
        {
            yield return 1;
            await Future.Pending();
        }
        finally
        {
            Settle.Throw(new InvalidTimeZoneException());
        }
    }

    private static FutureStream<int> Failing() => FutureStream.FromFunc(async () =>
    {
        await Kio.YieldNow();
        return Fail<StreamItem<int>>();
    });

    private static FutureStream<T> Elements<T>(params T[] elements)
    {
        int next = 0;
        return FutureStream.FromFunc(async () =>
        {
            await Future.Completed;
            return next < elements.Length ? StreamItem<T>.Of(elements[next++]) : StreamItem<T>.End;
        });
    }

    private static async Future<T> Later<T>(Exception failure)
    {
        await Kio.YieldNow();
        await Kio.YieldNow();
        throw failure;
    }

    private static T Fail<T>() => throw new FormatException();

    /// <summary>Its cleanup says that it has begun, and never ends by itself.</summary>
    private sealed class Stalling<T>(FutureStream<T> source, Event cleaning) : FutureStream<T>
    {
        protected override FutureEnumerator<T> Enumerate(CancellationToken cancellationToken) =>
            new Enumerator(source.GetAsyncEnumerator(cancellationToken), cleaning);

        private sealed class Enumerator(FutureEnumerator<T> source, Event cleaning) : FutureEnumerator<T>
        {
            public override async Future<bool> MoveNextAsync()
            {
                bool more = await source.MoveNextAsync();
                Current = source.Current;
                return more;
            }

            public override async Future DisposeAsync()
            {
                cleaning.Set();
                await Future.Pending();
            }
        }
    }
}
