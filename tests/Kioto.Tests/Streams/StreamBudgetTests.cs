using System;
using System.Collections.Generic;
using System.Linq;
using Kioto.Streams;

namespace Kioto.Tests;

/// <summary>A loop over elements that are always there lets other tasks have their turns.</summary>
public sealed class StreamBudgetTests
{
    public static TheoryData<string> Kinds =>
        ["enumerable", "merge", "map", "notify", "peek", "select", "buffered", "foreach"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_sequence_that_is_always_ready_starves_nobody(string kind) => Runtimes.Run(RuntimeKind.CurrentThread, async () =>
    {
        bool done = false;
        JoinHandle other = Kio.Spawn(async () =>
        {
            for (int i = 0; i < 10; i++)
            {
                await Kio.YieldNow();
            }

            done = true;
        });
        long steps = await Loop(kind, () => done);
        Assert.InRange(steps, 1, 100_000);
        await other;
    });

    [Fact]
    public void Elements_come_in_their_order_and_the_sequence_is_disposed() => Runtimes.Run(async () =>
    {
        int disposed = 0;
        FutureStream<int> stream = FutureStream.FromEnumerable(Numbers());
        Assert.Equal(Enumerable.Range(0, 1000), await stream.ToListAsync());
        Assert.Equal(1, disposed);
        await foreach (int value in stream)
        {
            if (value == 500)
            {
                break;
            }
        }

        Assert.Equal(2, disposed);
        Assert.Empty(await FutureStream.FromEnumerable(Array.Empty<int>()).ToListAsync());
        Assert.Throws<ArgumentNullException>(() => FutureStream.FromEnumerable<int>(null!));

        IEnumerable<int> Numbers()
        {
            try
            {
                for (int i = 0; i < 1000; i++)
                {
                    yield return i;
                }
            }
            finally
            {
                disposed++;
            }
        }
    });

    private static async Future<long> Loop(string kind, Func<bool> isDone)
    {
        long steps = 0;
        IAsyncEnumerable<int> plain = Endless().ToAsyncEnumerable();
        switch (kind)
        {
            case "foreach":
                await plain.TakeWhile(_ => !isDone()).ForEachConcurrent(2, _ =>
                {
                    steps++;
                    return Future.Completed;
                });
                break;
            case "map":
                await using (StreamMap<int, int> map = new())
                {
                    map.Add(1, plain);
                    while (!isDone())
                    {
                        await map.NextAsync();
                        steps++;
                    }
                }

                break;
            case "peek":
                await using (PeekableStream<int> stream = plain.Peekable())
                {
                    while (!isDone())
                    {
                        await stream.PeekAsync();
                        await stream.NextAsync();
                        steps++;
                    }
                }

                break;
            case "notify":
                await foreach (StreamItem<int> _ in plain.NotifyClose())
                {
                    if (++steps >= 0 && isDone())
                    {
                        break;
                    }
                }

                break;
            default:
                FutureStream<int> made = kind switch
                {
                    "merge" => plain.Merge(plain),
                    "select" => plain.SelectConcurrent(2, Future.FromResult),
                    "buffered" => plain.Select(Future.FromResult).Buffered(2),
                    _ => FutureStream.FromEnumerable(Endless()),
                };
                await foreach (int _ in made)
                {
                    if (++steps >= 0 && isDone())
                    {
                        break;
                    }
                }

                break;
        }

        return steps;
    }

    private static IEnumerable<int> Endless()
    {
        while (true)
        {
            yield return 1;
        }
    }
}
