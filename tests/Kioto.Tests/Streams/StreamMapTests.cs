using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Kioto.Streams;

namespace Kioto.Tests;

/// <summary>Sequences by key.</summary>
public sealed class StreamMapTests
{
    [Fact]
    public void A_disposal_that_nobody_awaits_disposes_of_nothing() => Runtimes.Run(async () =>
    {
        StreamMap<string, int> map = new();
#pragma warning disable KIO0001 // That is the point.
        _ = map.DisposeAsync();
#pragma warning restore KIO0001
        map.Add("a", AsyncEnumerable.Empty<int>());
        await map.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => map.Add("b", AsyncEnumerable.Empty<int>()));
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Elements_come_with_their_keys_and_ended_sequences_go(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using StreamMap<string, int> map = new();
        Assert.False((await map.NextAsync()).HasValue);
        map.Add("a", StreamOperatorTests.Counting(1, 2));
        map.Add("b", StreamOperatorTests.Counting(10, 12));
        Assert.Equal(2, map.Count);
        Assert.Throws<ArgumentException>(() => map.Add("a", StreamOperatorTests.Counting(0, 0)));
        List<string> items = [];
        await foreach ((string key, int value) in map)
        {
            items.Add($"{key}{value}");
        }

        Assert.Equal(["a1", "b10", "a2", "b11", "b12"], items);
        Assert.Equal(0, map.Count);
        map.Add("a", StreamOperatorTests.Counting(5, 5));
        Assert.Equal(5, (await map.NextAsync()).Value.Value);
    });

    [Fact]
    public void A_cancelled_step_loses_nothing() => Runtimes.Run(RuntimeKind.CurrentThread, async () =>
    {
        await using StreamMap<string, int> map = new();
        Event go = new();
        map.Add("a", Waits());
        List<KeyValuePair<string, int>> several = [];
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(1, (await Kio.SelectBiased(map.NextAsync(), Kio.YieldNow().AsUnit())).Index);
            Assert.Equal(1, (await Kio.SelectBiased(map.NextManyAsync(several, 2), Kio.YieldNow().AsUnit())).Index);
        }

        Assert.Empty(several);
        go.Set();
        Assert.Equal(1, (await map.NextAsync()).Value.Value);
        Assert.Equal(2, (await map.NextAsync()).Value.Value);
        Assert.False((await map.NextAsync()).HasValue);

        async IAsyncEnumerable<int> Waits()
        {
            await go.WaitAsync();
            yield return 1;
            yield return 2;
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Sequences_come_and_go_while_iterating(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        int disposed = 0;
        await using StreamMap<int, int> map = new();
        map.Add(1, Endless(1));
        map.Add(2, Endless(2));
        int steps = 0;
        HashSet<int> seen = [];
        await foreach ((int key, int value) in map)
        {
            Assert.Equal(key, value);
            seen.Add(key);
            if (++steps == 10)
            {
                Assert.True(await map.RemoveAsync(1));
                Assert.Equal(1, disposed);
                Assert.False(await map.RemoveAsync(1));
                Assert.False(map.ContainsKey(1));
                map.Add(3, Endless(3));
                seen.Clear();
            }

            // Both have their turns: how many of the other's come in between is up to the workers.
            if (steps > 30 && seen.Count == 2)
            {
                Assert.Equal([2, 3], seen.Order());
                Assert.Equal([2, 3], map.Keys.Order());
                break;
            }
        }

        await map.ClearAsync();
        Assert.Equal(3, disposed);
        Assert.Equal(0, map.Count);

        async IAsyncEnumerable<int> Endless(int value)
        {
            try
            {
                while (true)
                {
                    await Kio.YieldNow();
                    yield return value;
                }
            }
            finally
            {
                disposed++;
            }
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_waiting_sequence_is_unwound_when_it_is_removed(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        bool cleaned = false;
        await using StreamMap<string, int> map = new();
        map.Add("stalled", Stalled());
        map.Add("ready", StreamOperatorTests.Counting(1, 3));
        Assert.Equal("ready", (await map.NextAsync()).Value.Key);
        Assert.True(await map.RemoveAsync("stalled"));
        Assert.True(cleaned);
        Assert.Equal(2, (await map.NextAsync()).Value.Value);

        async IAsyncEnumerable<int> Stalled()
        {
            try
            {
                await Future.Pending();
                yield return 0;
            }
            finally
            {
                await Kio.YieldNow();
                cleaned = true;
            }
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_failing_sequence_is_removed_and_the_others_go_on(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using StreamMap<string, int> map = new();
        map.Add("bad", Failing());
        map.Add("good", StreamOperatorTests.Counting(1, 1));
        await Expect.Throws<FormatException>(async () => await map.NextAsync());
        Assert.Equal(["good"], map.Keys);
        Assert.Equal(1, (await map.NextAsync()).Value.Value);

        static async IAsyncEnumerable<int> Failing()
        {
            await Future.Completed;
            throw new FormatException();
#pragma warning disable CS0162 // It makes the method an iterator.
            yield return 0;
#pragma warning restore CS0162
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Many_at_once(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Event go = new();
        await using StreamMap<string, int> map = new();
        map.Add("a", StreamOperatorTests.Counting(1, 3));
        map.Add("b", StreamOperatorTests.Counting(11, 13));
        map.Add("late", Late());
        List<KeyValuePair<string, int>> buffer = [];
        Assert.Equal(0, await map.NextManyAsync(buffer, 0));
        Assert.Equal(4, await map.NextManyAsync(buffer, 4));
        Assert.Equal(2, await map.NextManyAsync(buffer, 100));
        Assert.Equal([1, 2, 3, 11, 12, 13], buffer.Select(item => item.Value).Order());
        go.Set();
        Assert.Equal(1, await map.NextManyAsync(buffer, 100));
        Assert.Equal("late", buffer[^1].Key);
        Assert.Equal(0, await map.NextManyAsync(buffer, 100));

        async IAsyncEnumerable<int> Late()
        {
            await go.WaitAsync();
            yield return 100;
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void With_notify_close_the_end_is_seen(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using StreamMap<string, StreamItem<int>> map = new();
        map.Add("a", StreamOperatorTests.Counting(1, 1).NotifyClose());
        Assert.Equal(1, (await map.NextAsync()).Value.Value.Value);
        Assert.False((await map.NextAsync()).Value.Value.HasValue);
        Assert.False((await map.NextAsync()).HasValue);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Disposing_ends_everything(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        int disposed = 0;
        StreamMap<int, int> map = new();
        for (int i = 0; i < 10; i++)
        {
            map.Add(i, Stalled());
        }

        map.Add(10, StreamOperatorTests.Counting(1, 3));
        Assert.True((await map.NextAsync()).HasValue);
        await map.DisposeAsync();
        Assert.Equal(10, disposed);
        Assert.Throws<ObjectDisposedException>(() => map.Add(1, Stalled()));
        await Expect.Throws<ObjectDisposedException>(async () => await map.NextAsync());

        async IAsyncEnumerable<int> Stalled()
        {
            try
            {
                await Future.Pending();
                yield return 0;
            }
            finally
            {
                Interlocked.Increment(ref disposed);
            }
        }
    });
}
