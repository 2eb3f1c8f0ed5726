using System;
using System.Collections.Generic;
using System.Linq;
using Kioto.Streams;

namespace Kioto.Tests;

/// <summary>Looking at the next element.</summary>
public sealed class PeekableTests
{
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Peeking_takes_nothing(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using PeekableStream<int> stream = StreamOperatorTests.Counting(1, 3).Peekable();
        Assert.Equal(1, (await stream.PeekAsync()).Value);
        Assert.Equal(1, (await stream.PeekAsync()).Value);
        Assert.Equal(1, (await stream.NextAsync()).Value);
        Assert.Equal(2, (await stream.NextAsync()).Value);
        Assert.Equal(3, (await stream.PeekAsync()).Value);
        Assert.Equal(3, (await stream.NextAsync()).Value);
        Assert.False((await stream.PeekAsync()).HasValue);
        Assert.False((await stream.NextAsync()).HasValue);
        Assert.False((await stream.NextAsync()).HasValue);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Only_what_is_wanted_is_taken(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using PeekableStream<int> stream = StreamOperatorTests.Counting(1, 3).Peekable();
        Assert.False((await stream.NextIfAsync(static value => value > 1)).HasValue);
        Assert.Equal(1, (await stream.NextIfAsync(static value => value == 1)).Value);
        Assert.Equal(2, (await stream.PeekAsync()).Value);
        List<int> rest = [];
        await foreach (int value in stream)
        {
            rest.Add(value);
        }

        Assert.Equal([2, 3], rest);
        Assert.False((await stream.NextIfAsync(static _ => true)).HasValue);
        await Expect.Throws<ArgumentNullException>(async () => await stream.NextIfAsync(null!));
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_default_element_is_no_end_and_the_end_is_asked_for_once(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        int asked = 0;
        await using PeekableStream<int> stream = FutureStream.FromFunc(() =>
        {
            asked++;
            return Future.FromResult(asked == 1 ? StreamItem<int>.Of(0) : StreamItem<int>.End);
        }).Peekable();
        Assert.True((await stream.PeekAsync()).HasValue);
        Assert.Equal(0, (await stream.NextAsync()).Value);
        Assert.False((await stream.PeekAsync()).HasValue);
        Assert.False((await stream.PeekAsync()).HasValue);
        Assert.Equal(2, asked);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_peek_that_is_cancelled_loses_nothing(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Event go = new();
        await using PeekableStream<int> stream = FutureStream.FromFunc(async () => StreamItem<int>.Of(await go.WaitAsync())).Peekable();
        Assert.Equal(1, (await Kio.SelectBiased(stream.PeekAsync(), Kio.YieldNow())).Index);
        go.Set();
        Assert.Equal(0, (await stream.PeekAsync()).Value);
        Assert.Equal(0, (await stream.NextAsync()).Value);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Failures_pass_and_disposing_ends_the_sequence(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        bool cleaned = false;
        PeekableStream<int> stream = Failing().Peekable();
        Assert.Equal(1, (await stream.PeekAsync()).Value);
        Assert.Equal(1, (await stream.NextAsync()).Value);
        await Expect.Throws<FormatException>(async () => await stream.PeekAsync());
        Assert.False((await stream.NextAsync()).HasValue);
        await stream.DisposeAsync();
        await Expect.Throws<ObjectDisposedException>(async () => await stream.PeekAsync());
        await Expect.Throws<ObjectDisposedException>(async () => await stream.NextAsync());
        stream = Cleaning().Peekable();
        Assert.Equal(1, (await stream.PeekAsync()).Value);
        await stream.DisposeAsync();
        Assert.True(cleaned);
        await stream.DisposeAsync();
        Assert.Throws<ArgumentNullException>(() => ((IAsyncEnumerable<int>)null!).Peekable());

        static async IAsyncEnumerable<int> Failing()
        {
            await Kio.YieldNow();
            yield return 1;
            throw new FormatException();
        }

        async IAsyncEnumerable<int> Cleaning()
        {
            try
            {
                await Kio.YieldNow();
                yield return 1;
                yield return 2;
            }
            finally
            {
                cleaned = true;
            }
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void It_merges_like_any_other_and_keeps_what_a_merge_has_not_given(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using PeekableStream<int> stream = StreamOperatorTests.Counting(1, 2).Peekable();
        Assert.Equal(1, (await stream.PeekAsync()).Value);
        Assert.Equal([1, 7, 2], await stream.Merge(FutureStream.FromEnumerable([7])).ToListAsync());
    });
}
