using System;
using System.Collections.Generic;

namespace Kioto.Tests;

/// <summary>Tokio's time_interval: which tick comes when, in milliseconds from the start.</summary>
public sealed class IntervalTests
{
    private static TimeSpan Ms(double millis) => Paused.Ms(millis);

    [Fact]
    public void A_period_of_zero_throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Kio.Interval(TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => Kio.IntervalAt(Instant.Now, TimeSpan.FromTicks(-1)));
    }

    [Fact]
    public void A_behavior_that_there_is_not_throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Kio.Interval(Ms(1)).MissedTickBehavior = (MissedTickBehavior)3);

    [Fact]
    public void A_start_before_all_others_is_one_missed_tick_and_the_next_comes_within_a_period() => Paused.Run(async runtime =>
    {
        Interval interval = Kio.IntervalAt(Instant.MinValue, Ms(1000));
        interval.MissedTickBehavior = MissedTickBehavior.Skip;
        Assert.Equal(Instant.MinValue, await interval.TickAsync());
        Instant start = Instant.Now;
        Instant second = await interval.TickAsync();
        Assert.InRange(second - start, TimeSpan.Zero, Ms(1000));
        Assert.Equal(second + Ms(1000), await interval.TickAsync());
    });

    [Fact]
    public void The_first_tick_is_immediate_and_the_others_follow() => Paused.Run(async runtime =>
    {
        Instant start = Instant.Now;
        Interval interval = Kio.Interval(Ms(300));
        Assert.Equal(Ms(300), interval.Period);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(start + (i * Ms(300)), await interval.TickAsync());
            Assert.Equal(start + (i * Ms(300)), Instant.Now);
        }
    });

    [Fact]
    public void A_later_start_is_the_first_tick() => Paused.Run(async runtime =>
    {
        Instant start = Instant.Now + Ms(77);
        Interval interval = Kio.IntervalAt(start, Ms(300));
        Assert.Equal(start, await interval.TickAsync());
        Assert.Equal(start, Instant.Now);
        Assert.Equal(start + Ms(300), await interval.TickAsync());
    });

    /// <summary>Tokio's table: a period of 300; the second tick is asked for at 650.</summary>
    [Theory]
    [InlineData(MissedTickBehavior.Burst, "0 300@650 600@650 900@900 1200@1200")]
    [InlineData(MissedTickBehavior.Delay, "0 300@650 950@950 1250@1250")]
    [InlineData(MissedTickBehavior.Skip, "0 300@650 900@900 1200@1200")]
    public void Missed_ticks(MissedTickBehavior behavior, string expected) => Paused.Run(async runtime =>
    {
        Instant start = Instant.Now;
        Interval interval = Kio.Interval(Ms(300));
        interval.MissedTickBehavior = behavior;
        string seen = $"{Since(start, await interval.TickAsync())}";
        await runtime.Clock.JumpAsync(Ms(650));
        while (Since(start, Instant.Now) < 1200)
        {
            double due = Since(start, await interval.TickAsync());
            seen += $" {due}@{Since(start, Instant.Now)}";
        }

        Assert.Equal(expected, seen);
    });

    [Theory]
    [InlineData(MissedTickBehavior.Burst)]
    [InlineData(MissedTickBehavior.Delay)]
    [InlineData(MissedTickBehavior.Skip)]
    public void Up_to_five_milliseconds_late_is_not_missed(MissedTickBehavior behavior) => Paused.Run(async runtime =>
    {
        Instant start = Instant.Now;
        Interval interval = Kio.Interval(Ms(100));
        interval.MissedTickBehavior = behavior;
        await interval.TickAsync();
        await runtime.Clock.JumpAsync(Ms(105));
        Assert.Equal(100, Since(start, await interval.TickAsync()));
        Assert.Equal(200, Since(start, await interval.TickAsync()));
    });

    [Fact]
    public void Resets() => Paused.Run(async runtime =>
    {
        List<double> ticks = [];
        Instant start = Instant.Now;
        Interval interval = Kio.Interval(Ms(300));
        ticks.Add(Since(start, await interval.TickAsync()));
        await runtime.Clock.AdvanceAsync(Ms(200));
        interval.Reset();
        ticks.Add(Since(start, await interval.TickAsync()));
        await runtime.Clock.AdvanceAsync(Ms(100));
        interval.ResetImmediately();
        ticks.Add(Since(start, await interval.TickAsync()));
        ticks.Add(Since(start, await interval.TickAsync()));
        interval.ResetAfter(Ms(20));
        ticks.Add(Since(start, await interval.TickAsync()));
        interval.ResetAt(Instant.Now + Ms(40));
        ticks.Add(Since(start, await interval.TickAsync()));
        ticks.Add(Since(start, await interval.TickAsync()));
        interval.ResetAt(Instant.Now + Ms(1000));
        ticks.Add(Since(start, await interval.TickAsync()));
        ticks.Add(Since(start, await interval.TickAsync()));
        Assert.Equal([0, 500, 600, 900, 920, 960, 1260, 2260, 2560], ticks);
    });

    [Fact]
    public void A_tick_that_nobody_got_comes_again() => Paused.Run(async runtime =>
    {
        Instant start = Instant.Now;
        Interval interval = Kio.Interval(Ms(300));
        await interval.TickAsync();
        JoinHandle waiter = Kio.Spawn(async () => { _ = await interval.TickAsync(); });
        await runtime.Clock.AdvanceAsync(Ms(100));
        waiter.Abort();
        Assert.True((await waiter.JoinAsync()).IsAborted);
        Assert.Equal(start + Ms(300), await interval.TickAsync());
    });

    [Fact]
    public void A_period_that_no_clock_reaches_ticks_once() => Paused.Run(async runtime =>
    {
        Interval interval = Kio.Interval(TimeSpan.MaxValue);
        await interval.TickAsync();
        JoinHandle waiter = Kio.Spawn(async () => { _ = await interval.TickAsync(); });
        await runtime.Clock.AdvanceAsync(TimeSpan.FromDays(36500));
        Assert.False(waiter.IsFinished);
        waiter.Abort();
    });

    private static double Since(Instant start, Instant instant) => (instant - start).TotalMilliseconds;
}
