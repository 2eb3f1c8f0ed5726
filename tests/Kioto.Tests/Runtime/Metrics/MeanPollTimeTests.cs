using System;
using System.Threading;

namespace Kioto.Tests;

/// <summary>How the mean of a worker's poll times forgets.</summary>
public sealed class MeanPollTimeTests
{
    [Fact]
    public void The_first_sample_is_the_mean_and_each_later_one_weighs_a_tenth()
    {
        WorkerCounters counters = default;
        long outer = Clock.Now;
        counters.Begin(timed: true);
        long inner = Clock.Now;
        Spin(TimeSpan.FromMilliseconds(2));
        counters.Polls++;
        inner = Clock.Now - inner;
        counters.Tick(timed: true);
        outer = Clock.Now - outer;
        long first = counters.MeanPollNanos;
        Assert.InRange(first, inner, outer);

        // Polls that take no time: what is left of it falls by a tenth each, ten at once as if one after the other.
        counters.Polls++;
        counters.Tick(timed: true);
        long second = counters.MeanPollNanos;
        Assert.True(second >= (long)(0.9 * first) - 1);
        counters.Polls += 1_000_000;
        counters.Tick(timed: true);
        Assert.True(counters.MeanPollNanos < second);

        // Where nothing was polled there is no sample.
        long third = counters.MeanPollNanos;
        Spin(TimeSpan.FromMilliseconds(1));
        counters.Tick(timed: true);
        Assert.Equal(third, counters.MeanPollNanos);
    }

    [Fact]
    public void While_nobody_looks_no_time_is_taken()
    {
        WorkerCounters counters = default;
        counters.Begin(timed: false);
        counters.Polls++;
        counters.Tick(timed: false);
        counters.Park(timed: false);
        Assert.Equal((0, TimeSpan.Zero), (counters.MeanPollNanos, counters.Read(0).BusyDuration));
    }

    private static void Spin(TimeSpan duration)
    {
        long end = Clock.Now + (duration.Ticks * TimeSpan.NanosecondsPerTick);
        while (Clock.Now < end)
        {
            Thread.SpinWait(100);
        }
    }
}
