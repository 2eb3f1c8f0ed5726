using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using CsCheck;

namespace Kioto.Tests;

/// <summary>tokio-util's DelayQueue tests, on a clock that stands still.</summary>
public sealed class DelayQueueTests
{
    private static TimeSpan Ms(double millis) => Paused.Ms(millis);

    [Fact]
    public void An_empty_queue_ends_at_once_and_goes_on_later() => Paused.Run(async runtime =>
    {
        DelayQueue<int> queue = new();
        Assert.Null(await queue.NextAsync());
        Assert.False(queue.TryPeek(out _));
        queue.Insert(1, TimeSpan.Zero);
        Assert.Equal(1, (await queue.NextAsync())?.Value);
        Assert.Null(await queue.NextAsync());
        Assert.Equal(0, queue.Count);
    });

    [Fact]
    public void Items_come_at_their_time_and_in_order() => Paused.Run(async runtime =>
    {
        Instant start = Instant.Now;
        DelayQueue<string> queue = new();
        foreach (int millis in new[] { 40, 10, 30, 20, 10 })
        {
            queue.Insert($"{millis}", Ms(millis));
        }

        queue.InsertAt("past", start - Ms(5));
        List<string> seen = [];
        await foreach (Expired<string> item in queue)
        {
            seen.Add($"{item.Value}@{(Instant.Now - start).TotalMilliseconds} due {(item.Deadline - start).TotalMilliseconds}");
        }

        Assert.Equal(
            ["past@0 due -5", "10@10 due 10", "10@10 due 10", "20@20 due 20", "30@30 due 30", "40@40 due 40"], seen);
    });

    [Fact]
    public void Removing_takes_an_item_out_and_spoils_its_key() => Paused.Run(async runtime =>
    {
        DelayQueue<int> queue = new();
        DelayKey first = queue.Insert(1, Ms(10));
        DelayKey second = queue.Insert(2, Ms(20));
        Assert.True(queue.TryPeek(out DelayKey peeked) && peeked == first && peeked != second);
        Assert.Equal(1, queue.Remove(first));
        Assert.Throws<KeyNotFoundException>(() => queue.Remove(first));
        Assert.Throws<KeyNotFoundException>(() => queue.Reset(first, Ms(1)));
        Assert.Throws<KeyNotFoundException>(() => queue.GetDeadline(default));
        Assert.Throws<KeyNotFoundException>(() => new DelayQueue<int>().Remove(second));
        DelayKey third = queue.Insert(3, Ms(5));
        Assert.False(queue.TryRemove(first, out _));
        Assert.Equal(Instant.Now + Ms(5), queue.GetDeadline(third));
        Assert.Equal(3, (await queue.NextAsync())?.Value);
        Assert.False(queue.TryRemove(third, out _));
        Assert.Equal(1, queue.Count);
        queue.Clear();
        Assert.False(queue.TryRemove(second, out _));
        Assert.Null(await queue.NextAsync());
    });

    [Fact]
    public void Who_waits_hears_of_an_earlier_item_a_reset_and_a_removal() => Paused.Run(async runtime =>
    {
        Instant start = Instant.Now;
        DelayQueue<int> queue = new();
        DelayKey later = queue.Insert(1, Ms(1000));
        JoinHandle<string> waiter = Kio.Spawn(async () =>
        {
            string seen = "";
            await foreach (Expired<int> item in queue)
            {
                seen += $"{item.Value}@{(Instant.Now - start).TotalMilliseconds} ";
            }

            return $"{seen}end@{(Instant.Now - start).TotalMilliseconds}";
        });
        await runtime.Clock.AdvanceAsync(Ms(5));
        queue.Insert(2, Ms(10));
        await runtime.Clock.AdvanceAsync(Ms(20));
        queue.Reset(later, Ms(100));
        DelayKey removed = queue.Insert(3, Ms(500));
        await runtime.Clock.AdvanceAsync(Ms(200));
        queue.Remove(removed);
        Assert.Equal("2@15 1@125 end@225", await waiter);
    });

    [Fact]
    public void A_cancelled_wait_loses_nothing_and_a_second_waiter_is_refused() => Paused.Run(async runtime =>
    {
        DelayQueue<int> queue = new();
        queue.Insert(7, Ms(10));
        JoinHandle waiter = Kio.Spawn(async () => { _ = await queue.NextAsync(); });
        await runtime.Clock.AdvanceAsync(Ms(1));
        await Expect.Throws<InvalidOperationException>(async () => { _ = await queue.NextAsync(); });
        waiter.Abort();
        await waiter.JoinAsync();
        Assert.Equal(7, (await queue.NextAsync())?.Value);
    });

    [Fact]
    public void By_the_interface_it_is_enumerated_too() => Paused.Run(async runtime =>
    {
        DelayQueue<int> queue = new();
        queue.Insert(2, Ms(20));
        queue.Insert(1, Ms(10));
        List<int> seen = [];
        await foreach (Expired<int> item in (IAsyncEnumerable<Expired<int>>)queue)
        {
            seen.Add(item.Value);
        }

        Assert.Equal([1, 2], seen);
    });

    [Fact]
    public void A_token_that_ends_a_step_leaves_the_item_in_the_queue() => Paused.Run(async runtime =>
    {
        DelayQueue<int> queue = new();
        queue.Insert(1, Ms(10));
        using CancellationTokenSource source = new();
        IAsyncEnumerator<Expired<int>> items = ((IAsyncEnumerable<Expired<int>>)queue).GetAsyncEnumerator(source.Token);
        Task<bool> step = items.MoveNextAsync().AsTask();
        await runtime.Clock.AdvanceAsync(Ms(1));
        await Kio.SpawnBlocking(source.Cancel); // Time stands still meanwhile.
        OperationCanceledException ended = await Expect.Throws<OperationCanceledException>(async () => await step);
        Assert.Equal(source.Token, ended.CancellationToken);
        await runtime.Clock.AdvanceAsync(Ms(20));
        Assert.Equal(1, queue.Count);
        Assert.Equal(1, (await queue.NextAsync())?.Value);
        Assert.True(items.MoveNextAsync().AsTask().IsCanceled); // It fails the step, not the call.
    });

    [Fact]
    public void Room_is_made_and_let_go_and_keys_stay() => Paused.Run(async runtime =>
    {
        DelayQueue<int> queue = new(10);
        Assert.True(queue.IsEmpty);
        Assert.Equal((0, 10), (queue.Count, queue.Capacity));
        List<DelayKey> keys = [];
        for (int i = 0; i < 100; i++)
        {
            keys.Add(queue.Insert(i, Ms(100 - i)));
        }

        Assert.False(queue.IsEmpty);
        Assert.Equal(200, queue.EnsureCapacity(200));
        Assert.Equal(200, queue.EnsureCapacity(5));
        Assert.Throws<ArgumentOutOfRangeException>(() => queue.EnsureCapacity(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DelayQueue<int>(-1));
        for (int i = 0; i < 90; i++)
        {
            Assert.Equal(i, queue.Remove(keys[i]));
        }

        queue.TrimExcess();
        Assert.Equal((10, 10), (queue.Count, queue.Capacity));
        Assert.False(queue.TryRemove(keys[3], out _));
        queue.Insert(3, Ms(1));
        Assert.False(queue.TryRemove(keys[3], out _));
        List<int> order = [];
        while (await queue.NextAsync() is { } item)
        {
            order.Add(item.Value);
        }

        Assert.Equal([99, 3, 98, 97, 96, 95, 94, 93, 92, 91, 90], order);
        queue.TrimExcess();
        Assert.Equal(0, queue.Capacity);
    });

    [Fact]
    public void It_agrees_with_a_sorted_list() =>
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 50]).Array[1, 80].Sample(
            steps => Paused.Run(async runtime =>
            {
                DelayQueue<int> queue = new();
                List<DelayKey> keys = [];
                List<(Instant Deadline, int Order, int Id)> model = [];
                int order = 0;
                foreach ((int kind, int number) in steps)
                {
                    int id = keys.Count == 0 ? 0 : number % keys.Count;
                    if (kind < 5 || keys.Count == 0)
                    {
                        model.Add((Instant.Now + Ms(number), order++, keys.Count));
                        keys.Add(queue.Insert(keys.Count, Ms(number)));
                    }
                    else if (kind == 5)
                    {
                        Assert.Equal(model.RemoveAll(m => m.Id == id) == 1, queue.TryRemove(keys[id], out int removed) && removed == id);
                    }
                    else if (kind < 8)
                    {
                        if (model.RemoveAll(m => m.Id == id) == 1)
                        {
                            queue.Reset(keys[id], Ms(number));
                            model.Add((Instant.Now + Ms(number), order++, id));
                        }
                    }
                    else
                    {
                        model.Sort();
                        int? expected = model.Count == 0 ? null : model[0].Id;
                        Assert.Equal(expected, (await queue.NextAsync())?.Value);
                        if (expected is not null)
                        {
                            model.RemoveAt(0);
                        }
                    }

                    Assert.Equal(model.Count, queue.Count);
                }
            }),
            iter: 300,
            threads: 1);

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Other_threads_insert_and_reset_while_somebody_waits(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        DelayQueue<int> queue = new();
        queue.Insert(-1, TimeSpan.FromHours(1));
        List<JoinHandle> producers = [];
        for (int p = 0; p < 3; p++)
        {
            producers.Add(Kio.SpawnBlocking(() =>
            {
                for (int i = 0; i < 300; i++)
                {
                    DelayKey key = queue.Insert(i, TimeSpan.FromTicks(i * 7 % 5000));
                    if (i % 3 == 0 && queue.TryRemove(key, out int value))
                    {
                        queue.Insert(value, TimeSpan.Zero);
                    }
                }
            }));
        }

        for (int i = 0; i < 900; i++)
        {
            Assert.InRange((await queue.NextAsync())!.Value.Value, 0, 299);
        }

        foreach (JoinHandle producer in producers)
        {
            await producer;
        }

        Assert.Equal(1, queue.Count);
    });
}
