using System;
using System.Collections.Generic;
using System.Globalization;

namespace Kioto.Tests;

/// <summary>tokio-util's <c>time_delay_queue</c>: what somebody who waits hears of inserts, resets and removals, and when.</summary>
public sealed class DelayQueueTimingTests
{
    private static TimeSpan Ms(double millis) => Paused.Ms(millis);

    /// <summary>Items are named; a step is "when name moment": it inserts the item, or resets it if it is there, or "when name" removes it.</summary>
    [Theory]
    [InlineData("0 a 0", "a@0")]
    [InlineData("0 a 0, 0 b 0, 0 c 0", "a@0 b@0 c@0")]
    [InlineData("0 a 5", "a@5")]
    [InlineData("0 a 1000, 0 b 2, 0 c 234, 0 d 299008, 0 e 60, 0 f 10", "b@2 f@10 e@60 c@234 a@1000 d@299008")]
    [InlineData("0 a 5, 1 a 10", "a@10")]
    [InlineData("0 a 200, 4 a 10", "a@10")]
    [InlineData("0 a 200, 4 a 50, 24 a 40", "a@40")]
    [InlineData("0 a -100, 0 a 100, 0 a 50", "a@50")]
    [InlineData("0 a -100, 0 a 100", "a@100")]
    [InlineData("0 a 10000, 1 b 600", "b@600 a@10000")]
    [InlineData("0 a 200, 0 b 250, 1 a 300, 1 b 350, 1 a 400", "b@350 a@400")]
    [InlineData("0 a 200, 0 b 250, 1 a 100", "a@100 b@250")]
    [InlineData("0 a 200, 0 b 250, 1 b 100", "b@100 a@200")]
    [InlineData("0 a 200, 0 b 250, 1 a 300", "b@250 a@300")]
    [InlineData("0 a 200, 1 b 100", "b@100 a@200")]
    [InlineData("0 a 100, 80 a 120", "a@120")]
    [InlineData("0 a 200, 80 a 120", "a@120")]
    [InlineData("0 a 200, 80 b 40", "b@80 a@200")]
    [InlineData("0 a 64, 0 b 64, 0 c 80, 63 b", "a@64 c@80")]
    [InlineData("0 a 5, 0 b 300, 1 a", "b@300")]
    public void Who_waits_gets_each_item_at_its_time(string steps, string expected) => Paused.Run(async runtime =>
    {
        Instant start = Instant.Now;
        DelayQueue<string> queue = new();
        Dictionary<string, DelayKey> keys = [];
        JoinHandle<string>? waiter = null;
        foreach (string step in steps.Split(", "))
        {
            string[] words = step.Split(' ');
            double at = Number(words[0]);
            if (at > 0)
            {
                waiter ??= Kio.Spawn(Wait(queue, start));
                await runtime.Clock.AdvanceAsync(start + Ms(at) - Instant.Now);
            }

            string name = words[1];
            if (words.Length == 2)
            {
                Assert.Equal(name, queue.Remove(keys[name]));
            }
            else if (keys.TryGetValue(name, out DelayKey key))
            {
                queue.ResetAt(key, start + Ms(Number(words[2])));
            }
            else
            {
                keys[name] = queue.InsertAt(name, start + Ms(Number(words[2])));
            }
        }

        waiter ??= Kio.Spawn(Wait(queue, start));
        Assert.Equal(expected, await waiter.Value);
        Assert.True(queue.IsEmpty);
    });

    [Fact]
    public void What_is_inserted_between_two_items_that_are_due_comes_after_them() => Paused.Run(async runtime =>
    {
        Instant start = Instant.Now;
        DelayQueue<int> queue = new();
        for (int i = 0; i < 3; i++)
        {
            queue.Insert(i, Ms(100));
        }

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(i, (await queue.NextAsync())?.Value);
            Assert.Equal(start + Ms(100), Instant.Now);
            queue.InsertAt(7, start + Ms(500));
        }

        Assert.Equal(3, queue.Count);
        Assert.Equal(7, (await queue.NextAsync())?.Value);
        Assert.Equal(start + Ms(500), Instant.Now);
    });

    [Fact]
    public void Items_that_are_due_can_still_be_removed() => Paused.Run(async runtime =>
    {
        DelayQueue<int> queue = new();
        DelayKey first = queue.Insert(1, Ms(64));
        DelayKey second = queue.Insert(2, Ms(64));
        await runtime.Clock.AdvanceAsync(Ms(80));
        Assert.Equal(1, (await queue.NextAsync())?.Value);
        Assert.False(queue.TryRemove(first, out _));
        Assert.Equal(2, queue.Remove(second));
        Assert.Null(await queue.NextAsync());
    });

    [Fact]
    public void Keys_and_deadlines_outlive_letting_room_go() => Paused.Run(async runtime =>
    {
        Instant start = Instant.Now;
        DelayQueue<int> queue = new();
        DelayKey first = queue.Insert(1, Ms(10));
        DelayKey second = queue.Insert(2, Ms(10));
        DelayKey third = queue.Insert(3, Ms(20));
        DelayKey fourth = queue.Insert(4, Ms(20));
        Assert.Equal(1, (await queue.NextAsync())?.Value);
        Assert.Equal(2, queue.Remove(second));
        queue.TrimExcess();
        Assert.Equal(2, queue.Capacity);
        Assert.Throws<KeyNotFoundException>(() => queue.Remove(first));
        Assert.Throws<KeyNotFoundException>(() => queue.Remove(second));
        queue.Insert(5, Ms(10));
        DelayKey sixth = queue.Insert(6, Ms(10));
        queue.Reset(fourth, Ms(20));
        queue.Reset(sixth, Ms(25));
        Assert.Equal(3, queue.Remove(third));
        Assert.Equal("5@20 4@30 6@35", await Wait(queue, start));
        queue.TrimExcess();
        Assert.Equal((0, 0), (queue.Count, queue.Capacity));
    });

    private static double Number(string word) => double.Parse(word, CultureInfo.InvariantCulture);

    private static async Future<string> Wait<T>(DelayQueue<T> queue, Instant start)
    {
        List<string> seen = [];
        await foreach (Expired<T> item in queue)
        {
            seen.Add($"{item.Value}@{(Instant.Now - start).TotalMilliseconds}");
        }

        return string.Join(' ', seen);
    }
}
