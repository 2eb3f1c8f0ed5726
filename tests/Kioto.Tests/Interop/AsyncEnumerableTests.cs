using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary><c>IAsyncEnumerable</c>, consumed and produced by futures.</summary>
public sealed class AsyncEnumerableTests
{
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_future_consumes_channel_readers(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Channel<int> channel = Channel.CreateBounded<int>(4);
        JoinHandle producer = Kio.Spawn(async () =>
        {
            for (int i = 0; i < 200; i++)
            {
                await channel.Writer.WriteAsync(i);
            }

            channel.Writer.Complete();
        });
        RuntimeHandle here = RuntimeHandle.Current;
        int sum = 0;
        await foreach (int item in channel.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            Assert.Same(here, RuntimeHandle.Current);
            sum += item;
        }

        Assert.Equal(19_900, sum);
        await producer;
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void System_Linq_works_over_iterators_that_await_futures(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        List<int> squares = await AsyncSequences.Count(20)
            .Where(i => i % 2 == 0)
            .Select(async (int i, CancellationToken _) =>
            {
                await Kio.YieldNow();
                return i * i;
            })
            .Take(5)
            .ToListAsync();
        Assert.Equal([0, 4, 16, 36, 64], squares);
        Assert.Equal(190, await AsyncSequences.Count(20).SumAsync());
        Assert.Equal(3, await AsyncSequences.Count(3).CountAsync());
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void An_iterator_awaits_every_kind_of_thing_and_is_consumed_twice_at_once(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        IAsyncEnumerable<int> items = Mixed();
        JoinHandle<int> first = Kio.Spawn(() => Sum(items));
        JoinHandle<int> second = Kio.Spawn(() => Sum(items));
        Assert.Equal(15, await first);
        Assert.Equal(15, await second);

        static async Future<int> Sum(IAsyncEnumerable<int> items)
        {
            int sum = 0;
            await foreach (int item in items)
            {
                sum += item;
                await Kio.YieldNow();
            }

            return sum;
        }

        static async IAsyncEnumerable<int> Mixed()
        {
            RuntimeHandle here = RuntimeHandle.Current;
            yield return 1;
            await Kio.Sleep(TimeSpan.FromMilliseconds(1));
            yield return 2;
            await Task.Delay(1);
            Assert.Same(here, RuntimeHandle.Current);
            yield return await Kio.Spawn(async () =>
            {
                await Kio.YieldNow();
                return 3;
            });
            yield return await new ValueTask<int>(4);
            yield return await Kio.SpawnBlocking(() => 5);
            Assert.Same(here, RuntimeHandle.Current);
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Enumerators_are_used_by_hand(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        int cleaned = 0;
        IAsyncEnumerator<int> items = Cleaning(() => cleaned++).GetAsyncEnumerator();
        Assert.True(await items.MoveNextAsync());
        Assert.Equal(0, items.Current);
        Assert.True(await items.MoveNextAsync().ConfigureAwait(false));
        Assert.Equal(1, items.Current);
        await items.DisposeAsync();
        Assert.Equal(1, cleaned);
        Assert.False(await items.MoveNextAsync());
        await items.DisposeAsync();
        Assert.Equal(1, cleaned);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void An_iterator_moves_between_tasks(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        IAsyncEnumerator<int> items = AsyncSequences.Count(50).GetAsyncEnumerator();
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(i, await Kio.Spawn(async () =>
            {
                Assert.True(await items.MoveNextAsync());
                return items.Current;
            }));
        }

        Assert.False(await items.MoveNextAsync());
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void An_abandoned_iterator_keeps_nothing_alive_in_the_runtime(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        runtime.RunTask(async () =>
        {
            for (int i = 0; i < 20; i++)
            {
                // At a yield return, and at an await inside.
                IAsyncEnumerator<int> suspended = Cleaning(() => { }).GetAsyncEnumerator();
                Assert.True(await suspended.MoveNextAsync());
                IAsyncEnumerator<int> moving = Cleaning(() => { }).GetAsyncEnumerator();
                _ = moving.MoveNextAsync().AsTask();
            }
        });
        runtime.BlockOn(Expect.Until(() => runtime.Handle.Scheduler.LiveTasks().Count == 0));
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_failure_inside_reaches_the_loop_after_the_cleanup(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        bool cleaned = false;
        await Expect.Throws<FormatException>(async () =>
        {
            await foreach (int item in Failing())
            {
            }
        });
        Assert.True(cleaned);

        async IAsyncEnumerable<int> Failing()
        {
            try
            {
                yield return 1;
                await Kio.YieldNow();
                throw new FormatException();
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
    public void WithCancellation_reaches_the_iterator(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        using CancellationTokenSource source = new();
        bool cleaned = false;
        int seen = 0;
        await Expect.Throws<TaskCanceledException>(async () =>
        {
            await foreach (int item in Endless().WithCancellation(source.Token).ConfigureAwait(false))
            {
                if (++seen == 3)
                {
                    _ = Kio.SpawnBlocking(source.Cancel);
                }
            }
        });
        Assert.Equal(3, seen);
        Assert.True(cleaned);

        async IAsyncEnumerable<int> Endless([EnumeratorCancellation] CancellationToken token = default)
        {
            try
            {
                yield return 1;
                await Kio.YieldNow();
                yield return 2;
                await Kio.YieldNow();
                yield return 3;
                await Task.Delay(Timeout.Infinite, token);
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
    public void Aborting_the_task_unwinds_the_iterator_and_then_the_loop(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        foreach (int awaitsBefore in new[] { 0, 1, 5 })
        {
            Signal never = new();
            List<string> order = [];
            JoinHandle handle = Kio.Spawn(async () =>
            {
                try
                {
                    await foreach (int item in Endless())
                    {
                        await Kio.YieldNow();
                    }
                }
                finally
                {
                    await Kio.YieldNow(); // Cancelled once: the iterator has taken it.
                    order.Add("loop");
                }
            });
            await Expect.Until(() => never.Polls > 0);
            handle.Abort();
            Assert.True((await handle.JoinAsync()).IsAborted);
            Assert.Equal(["iterator", "loop"], order);

            async IAsyncEnumerable<int> Endless()
            {
                try
                {
                    for (int i = 0; i < awaitsBefore; i++)
                    {
                        await Kio.YieldNow();
                        yield return i;
                    }

                    await never.AsFuture();
                }
                finally
                {
                    await Kio.YieldNow();
                    order.Add("iterator");
                }
            }
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Aborting_in_the_loops_body_disposes_the_iterator(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Signal never = new();
        bool cleaned = false;
        JoinHandle handle = Kio.Spawn(async () =>
        {
            await foreach (int item in Cleaning(() => cleaned = true))
            {
                await never.AsFuture();
            }
        });
        await Expect.Until(() => never.Polls > 0);
        handle.Abort();
        Assert.True((await handle.JoinAsync()).IsAborted);
        Assert.True(cleaned);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Task_based_code_consumes_what_futures_produce(RuntimeKind kind) => Runtimes.Run(kind, async () =>
        Assert.Equal(190, await Kio.Spawn(async Task<int> () =>
        {
            int sum = 0;
            await foreach (int item in AsyncSequences.Count(20))
            {
                sum += item;
                await Task.Yield();
            }

            return sum;
        })));

    private static async IAsyncEnumerable<int> Cleaning(Action cleanup)
    {
        try
        {
            for (int i = 0; i < 3; i++)
            {
                await Kio.YieldNow();
                yield return i;
            }
        }
        finally
        {
            await Kio.YieldNow();
            cleanup();
        }
    }
}
