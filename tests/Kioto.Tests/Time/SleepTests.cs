using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;

namespace Kioto.Tests;

/// <summary>Real time: that nothing fires early can't be shown on a paused clock.</summary>
public sealed class SleepTests
{
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Never_early_one_after_the_other(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        for (int millis = 1; millis <= 40; millis += 3)
        {
            await Sleep(TimeSpan.FromMilliseconds(millis));
            await Sleep(TimeSpan.FromMicroseconds((millis * 37) + 1));
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Never_early_thousands_at_once(RuntimeKind kind)
    {
        int seed = Seed.Next();
        Runtimes.Run(kind, async () =>
        {
            Random random = new(seed);
            List<JoinHandle> handles = [];
            for (int i = 0; i < 4000; i++)
            {
                TimeSpan duration = TimeSpan.FromTicks(random.Next(0, 1_500_000));
                handles.Add(Kio.Spawn(() => Sleep(duration)));
            }

            foreach (JoinHandle handle in handles)
            {
                await handle;
            }
        });
    }

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Several_at_once_all_end(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        List<int> order = [];
        List<JoinHandle> handles = [];
        foreach (int millis in new[] { 90, 10, 50, 70, 30 })
        {
            handles.Add(Kio.Spawn(async () =>
            {
                await Kio.Sleep(TimeSpan.FromMilliseconds(millis));
                lock (order)
                {
                    order.Add(millis);
                }
            }));
        }

        foreach (JoinHandle handle in handles)
        {
            await handle;
        }

        // In which order is not promised: a busy machine fires several in one turn.
        Assert.Equal(5, order.Count);
        Assert.Equal(250, order[0] + order[1] + order[2] + order[3] + order[4]);
    });

    [Fact]
    public void Zero_is_ready_at_once() => Runtimes.Run(RuntimeKind.OneWorker, async () =>
    {
        bool other = false;
        JoinHandle<bool> handle = Kio.Spawn(async () => other = true);
        await Kio.Sleep(TimeSpan.Zero);
        Assert.False(other);
        await handle;
    });

    [Fact]
    public void A_negative_duration_throws()
    {
        ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(
            () => Kio.Sleep(TimeSpan.FromTicks(-1)));
        Assert.Equal("duration", exception.ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => Kio.Sleep(TimeSpan.MinValue));
    }

    [Fact]
    public void The_time_counts_from_the_first_await() => Runtimes.Run(async () =>
    {
        Future sleep = Kio.Sleep(TimeSpan.FromMilliseconds(20));
        await Sleep(TimeSpan.FromMilliseconds(25));
        Stopwatch watch = Stopwatch.StartNew();
        await sleep;
        Assert.True(watch.Elapsed >= TimeSpan.FromMilliseconds(20), $"{watch.Elapsed}");
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Sleepers_of_any_length_are_aborted_and_disturb_nobody(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        TimeSpan[] durations =
        [
            Timeout.InfiniteTimeSpan, TimeSpan.MaxValue, TimeSpan.FromDays(3650), TimeSpan.FromDays(797),
            TimeSpan.FromDays(20), TimeSpan.FromHours(5), TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(5),
        ];
        List<JoinHandle> handles = [];
        for (int i = 0; i < 200; i++)
        {
            TimeSpan duration = durations[i % durations.Length];
            handles.Add(Kio.Spawn(async () => await Kio.Sleep(duration)));
        }

        await Sleep(TimeSpan.FromMilliseconds(5));
        foreach (JoinHandle handle in handles)
        {
            Assert.False(handle.IsFinished);
            handle.Abort();
        }

        foreach (JoinHandle handle in handles)
        {
            Assert.True((await handle.JoinAsync()).IsAborted);
        }

        await Sleep(TimeSpan.FromMilliseconds(1));
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Aborts_race_with_firing(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        for (int round = 0; round < 20; round++)
        {
            List<JoinHandle> handles = [];
            for (int i = 0; i < 100; i++)
            {
                handles.Add(Kio.Spawn(() => Sleep(TimeSpan.FromMilliseconds(1))));
            }

            await Kio.Sleep(TimeSpan.FromMilliseconds(1));
            foreach (JoinHandle handle in handles)
            {
                handle.Abort();
            }

            foreach (JoinHandle handle in handles)
            {
                Assert.False((await handle.JoinAsync()).IsFaulted);
            }
        }
    });

    [Fact]
    public void A_sleeper_spawned_from_outside_wakes_an_idle_runtime() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        for (int i = 0; i < 30; i++)
        {
            runtime.BlockOn(runtime.Spawn(() => Sleep(TimeSpan.FromMilliseconds(1))).AsFuture());
            runtime.BlockOn(Sleep(TimeSpan.FromMilliseconds(1)));
        }
    });

    [Fact]
    public void A_shorter_sleep_is_not_held_up_by_a_longer_one() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        JoinHandle longer = runtime.Spawn(async () => await Kio.Sleep(TimeSpan.FromHours(1)));
        for (int i = 0; i < 10; i++)
        {
            runtime.BlockOn(Sleep(TimeSpan.FromMilliseconds(2)));
        }

        Assert.False(longer.IsFinished);
    });

    private static async Future Sleep(TimeSpan duration)
    {
        long start = Stopwatch.GetTimestamp();
        await Kio.Sleep(duration);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        Assert.True(elapsed >= duration, $"A sleep of {duration} took {elapsed}.");
    }

    [Fact]
    public void A_sleep_is_one_object_of_96_bytes_at_most() => Assert.InRange(SourcePool<SleepLeaf>.ObjectSize, 1, 96);
}
