using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Kioto.Sync;

namespace Kioto.Tests;

/// <summary>tokio-stream's stream_timeout, throttle and chunks_timeout, and debouncing; "item@milliseconds".</summary>
public sealed class TimedAsyncEnumerableTests
{
    private static TimeSpan Ms(double millis) => Paused.Ms(millis);

    [Fact]
    public void Throttle_keeps_a_distance() => Check("1@0 2@100 3@200 4@500 end@600", Timed(0, 0, 0, 500).Throttle(Ms(100)));

    [Fact]
    public void A_throttle_of_zero_changes_nothing() => Check("1@5 2@5 end@5", Timed(5, 5).Throttle(TimeSpan.Zero));

    [Fact]
    public void A_timeout_comes_once_for_each_late_item() =>
        Check("1@100 -@200 2@450 3@500 -@600 4@900 end@900", Timed(100, 450, 500, 900).Timeout(Ms(100)));

    [Fact]
    public void A_repeating_timeout_comes_until_the_item_does() => Check(
        "1@100 -@200 -@300 -@400 2@450 3@500 -@600 end@650", Timed(100, 450, 500).TimeoutRepeating(Ms(100)), endAfter: 150);

    [Fact]
    public void A_slow_consumer_gets_the_repeated_timeouts_that_it_missed_one_after_the_other() => Paused.Run(async runtime =>
    {
        string seen = "";
        Instant start = Instant.Now;
        await foreach (TimedItem<int> item in Timed(1000).TimeoutRepeating(Ms(100)))
        {
            seen += $"{(item.HasValue ? $"{item.Value}" : "-")}@{(Instant.Now - start).TotalMilliseconds} ";
            if (seen.Length < 10)
            {
                await Kio.Sleep(Ms(350));
            }
        }

        Assert.Equal("-@100 -@450 -@450 -@450 -@500 -@600 -@700 -@800 -@900 1@1000 ", seen);
    });

    [Fact]
    public void Items_in_time_are_untouched() => Check("1@10 2@20 end@20", Timed(10, 20).Timeout(Ms(100)));

    [Fact]
    public void An_item_that_is_there_beats_a_limit_of_zero() => Check("1@0 2@0 end@0", Timed(0, 0).Timeout(TimeSpan.Zero));

    [Fact]
    public void Chunks_are_full_or_timed() => Check(
        "1,2,3@3 4@104 5,6@300 end@300", Timed(1, 2, 3, 4, 290, 300).ChunksTimeout(3, Ms(100)), static c => string.Join(',', c));

    [Fact]
    public void A_chunk_begins_with_its_first_item() => Check(
        "1,2@600 3@1100 end@2000", Timed(500, 550, 1000).ChunksTimeout(9, Ms(100)), static c => string.Join(',', c), endAfter: 1000);

    [Fact]
    public void Debounce_waits_for_quiet() =>
        Check("3@130 4@600 5@650 end@650", Timed(10, 20, 30, 500, 650).Debounce(Ms(100)));

    [Fact]
    public void Stopping_early_ends_the_source() => Paused.Run(async runtime =>
    {
        bool ended = false;
        async IAsyncEnumerable<int> Source([EnumeratorCancellation] CancellationToken token = default)
        {
            try
            {
                yield return 1;
                await System.Threading.Tasks.Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, runtime.TimeProvider, token);
            }
            finally
            {
                ended = true;
            }
        }

        await foreach (TimedItem<int> item in Source().Timeout(Ms(10)))
        {
            if (!item.HasValue)
            {
                Assert.Throws<InvalidOperationException>(() => item.Value);
                break;
            }
        }

        Assert.True(ended);
    });

    [Fact]
    public void Failures_of_the_source_come_through() => Paused.Run(async runtime =>
    {
        static async IAsyncEnumerable<int> Source()
        {
            await Kio.Sleep(Ms(5));
            yield return 1;
            throw new TimeZoneNotFoundException();
        }

        foreach (Func<IAsyncEnumerable<int>, IAsyncEnumerable<object?>> with in new Func<IAsyncEnumerable<int>, IAsyncEnumerable<object?>>[]
        {
            static s => Box(s.Throttle(Ms(1))), static s => Box(s.Timeout(Ms(1))), static s => Box(s.Debounce(Ms(1))),
            static s => Box(s.ChunksTimeout(5, Ms(1))),
        })
        {
            await Expect.Throws<TimeZoneNotFoundException>(async () =>
            {
                await foreach (object? item in with(Source()))
                {
                }
            });
        }

        static async IAsyncEnumerable<object?> Box<T>(IAsyncEnumerable<T> items)
        {
            await foreach (T item in items)
            {
                yield return item;
            }
        }
    });

    [Fact]
    public void What_was_gathered_comes_before_the_failure_of_the_source() => Paused.Run(async runtime =>
    {
        static async IAsyncEnumerable<int> Source()
        {
            yield return 1;
            yield return 2;
            await Kio.Sleep(Ms(1));
            throw new TimeZoneNotFoundException();
        }

        FutureEnumerator<IReadOnlyList<int>> chunks = Source().ChunksTimeout(9, Ms(100)).GetAsyncEnumerator();
        Assert.True(await chunks.MoveNextAsync());
        Assert.Equal([1, 2], chunks.Current);
        await Expect.Throws<TimeZoneNotFoundException>(async () => _ = await chunks.MoveNextAsync());
        Assert.False(await chunks.MoveNextAsync());
        await chunks.DisposeAsync();
        FutureEnumerator<int> quiet = Source().Debounce(Ms(100)).GetAsyncEnumerator();
        Assert.True(await quiet.MoveNextAsync());
        Assert.Equal(2, quiet.Current);
        await Expect.Throws<TimeZoneNotFoundException>(async () => _ = await quiet.MoveNextAsync());
        await quiet.DisposeAsync();
    });

    [Fact]
    public void A_step_that_is_cancelled_loses_nothing() => Paused.Run(async runtime =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(10);
        FutureEnumerator<IReadOnlyList<int>> chunks = receiver.ChunksTimeout(3, Ms(100)).GetAsyncEnumerator();
        await sender.SendAsync(1);
        await Expect.Throws<TimeoutException>(async () => _ = await chunks.MoveNextAsync().Timeout(Ms(10)));
        await sender.SendAsync(2);
        await Expect.Throws<TimeoutException>(async () => _ = await chunks.MoveNextAsync().Timeout(Ms(10)));
        await sender.SendAsync(3);
        Assert.True(await chunks.MoveNextAsync());
        Assert.Equal([1, 2, 3], chunks.Current);
        await chunks.DisposeAsync();
        await sender.SendAsync(4);
        Assert.Equal(4, (await receiver.RecvAsync()).Value);
        GC.KeepAlive(sender);
    });

    [Fact]
    public void An_enumeration_that_ends_leaves_what_comes_later_in_the_channel() => Paused.Run(async runtime =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(10);
        await Leave(receiver.Timeout(Ms(10)));
        await Leave(receiver.TimeoutRepeating(Ms(10)));
        await Leave(receiver.Throttle(Ms(10)));
        await Leave(receiver.Debounce(Ms(10)));
        await Leave(receiver.ChunksTimeout(2, Ms(10)));
        await sender.SendAsync(7);
        Assert.Equal(7, (await receiver.RecvAsync()).Value);

        // As Task-based code reads it.
        async Task ByInterface()
        {
            await foreach (TimedItem<int> item in (IAsyncEnumerable<TimedItem<int>>)receiver.Timeout(Ms(10)))
            {
                break; // Late: the question is taken back.
            }
        }

        await ByInterface();
        await sender.SendAsync(8);
        Assert.Equal(8, (await receiver.RecvAsync()).Value);

        static async Future Leave<T>(FutureStream<T> stream)
        {
            FutureEnumerator<T> items = stream.GetAsyncEnumerator();
            try
            {
                _ = await items.MoveNextAsync().Timeout(Ms(5));
            }
            catch (TimeoutException)
            {
            }

            await items.DisposeAsync();
        }
    });

    [Fact]
    public void A_token_reaches_the_source_and_endless_limits_never_come() => Paused.Run(async runtime =>
    {
        static async IAsyncEnumerable<int> Source(TimeProvider provider, [EnumeratorCancellation] CancellationToken token = default)
        {
            yield return 1;
            await Task.Delay(Timeout.InfiniteTimeSpan, provider, token);
        }

        using CancellationTokenSource source = new(Ms(50), runtime.TimeProvider);
        List<int> seen = [];
        await Expect.Throws<OperationCanceledException>(async () =>
        {
            await foreach (IReadOnlyList<int> chunk in Source(runtime.TimeProvider)
                .ChunksTimeout(5, Timeout.InfiniteTimeSpan).WithCancellation(source.Token))
            {
                seen.AddRange(chunk);
            }
        });
        Assert.Equal([1], seen);
    });

    [Fact]
    public void Aborting_who_enumerates_ends_the_source() => Paused.Run(async runtime =>
    {
        bool ended = false;
        async IAsyncEnumerable<int> Source([EnumeratorCancellation] CancellationToken token = default)
        {
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, runtime.TimeProvider, token);
                yield return 1;
            }
            finally
            {
                ended = true;
            }
        }

        JoinHandle reader = Kio.Spawn(async () =>
        {
            await foreach (TimedItem<int> item in Source().Timeout(TimeSpan.FromHours(1)))
            {
            }
        });
        await Kio.YieldNow();
        await Kio.YieldNow();
        reader.Abort();
        Assert.True((await reader.JoinAsync()).IsAborted);
        Assert.True(ended);
    });

    [Fact]
    public void Bad_arguments_throw_at_once()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Timed(0).Throttle(Ms(-2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Timed(0).Timeout(Ms(-2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Timed(0).TimeoutRepeating(TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => Timed(0).ChunksTimeout(0, Ms(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Timed(0).Debounce(Ms(-2)));
        Assert.Throws<ArgumentNullException>(() => ((IAsyncEnumerable<int>)null!).Debounce(Ms(1)));
    }

    private static void Check(string expected, IAsyncEnumerable<TimedItem<int>> items, int endAfter = 0) =>
        Check(expected, items, static i => i.HasValue ? $"{i.Value}" : "-", endAfter);

    private static void Check(string expected, IAsyncEnumerable<int> items) => Check(expected, items, static i => $"{i}");

    private static void Check<T>(string expected, IAsyncEnumerable<T> items, Func<T, string> show, int endAfter = 0) => Paused.Run(async runtime =>
    {
        string seen = "";
        s_endAfter.Value = endAfter;
        Instant start = Instant.Now;
        await foreach (T item in items)
        {
            seen += $"{show(item)}@{(Instant.Now - start).TotalMilliseconds} ";
        }

        Assert.Equal(expected, $"{seen}end@{(Instant.Now - start).TotalMilliseconds}");
    });

    private static readonly AsyncLocal<int> s_endAfter = new();

    /// <summary>1, 2, 3 and so on, each at its time from the start of the enumeration.</summary>
    private static async IAsyncEnumerable<int> Timed(params int[] millis)
    {
        Instant start = Instant.Now;
        for (int i = 0; i < millis.Length; i++)
        {
            await Kio.SleepUntil(start + Ms(millis[i]));
            yield return i + 1;
        }

        await Kio.Sleep(Ms(s_endAfter.Value));
    }
}
