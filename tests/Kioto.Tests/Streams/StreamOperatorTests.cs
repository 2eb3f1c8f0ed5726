using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Kioto.Streams;

namespace Kioto.Tests;

/// <summary>Merging, closing, and making streams.</summary>
public sealed class StreamOperatorTests
{
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Merging_ready_sequences_alternates(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        List<int> merged = [];
        await foreach (int value in Counting(1, 4).Merge(Counting(100, 102)))
        {
            merged.Add(value);
        }

        Assert.Equal([1, 100, 2, 101, 3, 102, 4], merged);
        Assert.Equal(0, await FutureStream.Merge<int>().CountAsync());
        Assert.Equal([1, 2], await FutureStream.Merge(AsyncEnumerable.Empty<int>(), Counting(1, 2)).ToListAsync());
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Merging_gives_what_comes_first(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Event go = new();
        int disposed = 0;
        List<int> merged = [];
        await foreach (int value in FutureStream.Merge(Waiting(), Counting(1, 3), Waiting()))
        {
            merged.Add(value);
            if (value == 3)
            {
                go.Set();
            }
        }

        Assert.Equal([1, 2, 3, 100, 100], merged);
        Assert.Equal(2, disposed);

        async IAsyncEnumerable<int> Waiting()
        {
            try
            {
                await go.WaitAsync();
                yield return 100;
            }
            finally
            {
                disposed++;
            }
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Leaving_or_failing_ends_all_merged_sequences(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        int disposed = 0;
        bool begun = false;
        await foreach (int value in FutureStream.Merge(Stalled(), Stalled(), Counting(1, 5)))
        {
            if (value == 2)
            {
                break;
            }
        }

        Assert.Equal(2, disposed);
        await Expect.Throws<FormatException>(async () =>
        {
            await foreach (int _ in FutureStream.Merge(Stalled(), Failing(), Stalled()))
            {
            }
        });
        Assert.Equal(4, disposed);

        begun = false;
        JoinHandle handle = Kio.Spawn(async () =>
        {
            await foreach (int _ in FutureStream.Merge(Stalled(), Stalled()))
            {
            }
        });
        await Expect.Until(() => Volatile.Read(ref begun));
        handle.Abort();
        await handle.JoinAsync();
        Assert.Equal(6, disposed);

        async IAsyncEnumerable<int> Stalled()
        {
            try
            {
                Volatile.Write(ref begun, true);
                await Future.Pending();
                yield return 0;
            }
            finally
            {
                Interlocked.Increment(ref disposed);
            }
        }

        static async IAsyncEnumerable<int> Failing()
        {
            await Kio.YieldNow();
            yield return 1;
            throw new FormatException();
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Cancelling_a_step_of_a_merge_loses_nothing(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Event go = new();
        FutureEnumerator<int> merged = After().Merge(Counting(1, 1)).GetAsyncEnumerator();
        Assert.True(await merged.MoveNextAsync());
        Assert.Equal(1, merged.Current);
        JoinHandle<bool> step = Kio.Spawn(merged.MoveNextAsync());
        await Kio.YieldNow();
        step.Abort();
        await step.JoinAsync();
        go.Set();
        Assert.True(await merged.MoveNextAsync());
        Assert.Equal(7, merged.Current);
        Assert.False(await merged.MoveNextAsync());
        await merged.DisposeAsync();

        async IAsyncEnumerable<int> After()
        {
            await go.WaitAsync();
            yield return 7;
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void The_end_can_be_an_item(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        List<StreamItem<int>> items = [];
        await foreach (StreamItem<int> item in Counting(1, 2).NotifyClose())
        {
            items.Add(item);
        }

        Assert.Equal([StreamItem<int>.Of(1), StreamItem<int>.Of(2), StreamItem<int>.End], items);
        Assert.Equal("1, 2, End", string.Join(", ", items));
        Assert.Throws<InvalidOperationException>(() => items[2].Value);
        Assert.True(items[0] != items[1]);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_poll_or_a_function_makes_a_stream(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        int next = 0;
        bool pending = false;
        FutureStream<int> polled = FutureStream.FromPoll((ref PollContext context) =>
        {
            pending = !pending;
            if (pending)
            {
                context.Waker.Wake();
                return Poll<StreamItem<int>>.Pending;
            }

            return Poll<StreamItem<int>>.Ready(next == 3 ? StreamItem<int>.End : StreamItem<int>.Of(next++));
        });
        Assert.Equal([0, 1, 2], await polled.ToListAsync());

        next = 0;
        FutureStream<int> made = FutureStream.FromFunc(async () =>
        {
            await Kio.YieldNow();
            return next == 3 ? StreamItem<int>.End : StreamItem<int>.Of(next++);
        });
        FutureEnumerator<int> enumerator = made.GetAsyncEnumerator();
        while (await enumerator.MoveNextAsync())
        {
        }

        next = 0;
        Assert.False(await enumerator.MoveNextAsync());
        await enumerator.DisposeAsync();
        JoinHandle<bool> never = Kio.Spawn(FutureStream.Pending<int>().GetAsyncEnumerator().MoveNextAsync());
        await Kio.YieldNow();
        never.Abort();
        Assert.True((await never.JoinAsync()).IsAborted);
    });

    [Fact]
    public async Task Streams_work_in_Task_methods_without_a_runtime()
    {
        List<int> merged = await Counting(1, 2).Merge(Counting(5, 6)).OrderBy(x => x).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal([1, 2, 5, 6], merged);
    }

    internal static async IAsyncEnumerable<int> Counting(int from, int to)
    {
        await Task.CompletedTask;
        for (int i = from; i <= to; i++)
        {
            yield return i;
        }
    }
}
