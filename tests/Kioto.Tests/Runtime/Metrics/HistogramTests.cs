using System;
using System.Linq;
using System.Threading;

namespace Kioto.Tests;

/// <summary>Histograms, as Tokio's rt_unstable_metrics asks.</summary>
public sealed class HistogramTests
{
    private const long Micro = 1000;

    [Fact]
    public void Linear_buckets() => Assert.Equal(
        [(0, 50 * Micro), (50 * Micro, 100 * Micro), (100 * Micro, long.MaxValue)],
        Buckets(HistogramConfiguration.Linear(TimeSpan.FromMicroseconds(50), 3)));

    [Fact]
    public void Logarithmic_buckets_between_bounds()
    {
        HistogramConfiguration log = HistogramConfiguration.Log(TimeSpan.FromTicks(1), TimeSpan.FromSeconds(60), 0.25);
        Assert.Equal(119, log.BucketCount);
        Assert.Equal(119, HistogramConfiguration.Log().BucketCount);
        (long From, long To)[] buckets = Buckets(log);
        Assert.Equal((0, 96), buckets[0]);
        Assert.Equal((96, 112), buckets[1]);
        Assert.Equal((60_129_542_144, long.MaxValue), buckets[118]);
        foreach ((long from, long to) in buckets[1..^1])
        {
            Assert.True(to - from <= from / 4);
        }
    }

    [Fact]
    public void Each_bucket_twice_as_wide_as_the_one_before()
    {
        (long From, long To)[] buckets =
            Buckets(HistogramConfiguration.LogExact(0, TimeSpan.FromMicroseconds(20), TimeSpan.FromMilliseconds(4)));
        Assert.Equal(10, buckets.Length);
        for (int i = 1; i < 9; i++)
        {
            Assert.Equal(16384L << (i - 1), buckets[i].To - buckets[i].From);
        }
    }

    [Fact]
    public void Every_duration_is_in_the_bucket_that_says_so()
    {
        HistogramConfiguration[] configurations =
        [
            HistogramConfiguration.Default,
            HistogramConfiguration.Linear(TimeSpan.FromTicks(1), 1),
            HistogramConfiguration.Linear(TimeSpan.MaxValue, 3),
            HistogramConfiguration.Log(),
            HistogramConfiguration.Log(TimeSpan.Zero, TimeSpan.MaxValue, 0.0001),
            HistogramConfiguration.LogExact(0, TimeSpan.Zero, TimeSpan.FromTicks(1)),
            HistogramConfiguration.LogExact(10, TimeSpan.FromHours(1), TimeSpan.FromHours(2)),
        ];
        foreach (HistogramConfiguration configuration in configurations)
        {
            (long From, long To)[] buckets = Buckets(configuration);
            Assert.Equal((0, long.MaxValue), (buckets[0].From, buckets[^1].To));
            for (int i = 0; i < buckets.Length; i++)
            {
                (long from, long to) = buckets[i];
                Assert.True(from < to || from == long.MaxValue);
                Assert.True(i == 0 || buckets[i - 1].To == from);
                if (from < to)
                {
                    Assert.Equal(i, configuration.BucketOf(from));
                    Assert.Equal(i, configuration.BucketOf(to - 1));
                }
            }

            Assert.Equal(0, configuration.BucketOf(-5));
            Assert.InRange(configuration.BucketOf(long.MaxValue), 0, buckets.Length - 1);
        }
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("width", () => HistogramConfiguration.Linear(TimeSpan.Zero, 3));
        Assert.Throws<ArgumentOutOfRangeException>("buckets", () => HistogramConfiguration.Linear(TimeSpan.FromSeconds(1), 0));
        Assert.Throws<ArgumentOutOfRangeException>("buckets", () => HistogramConfiguration.Linear(TimeSpan.FromSeconds(1), 65537));
        Assert.Throws<ArgumentOutOfRangeException>("maxError", () => HistogramConfiguration.Log(maxError: 0));
        Assert.Throws<ArgumentOutOfRangeException>("maxError", () => HistogramConfiguration.Log(maxError: 1));
        Assert.Throws<ArgumentOutOfRangeException>("maxError", () => HistogramConfiguration.Log(maxError: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>("minimum", () => HistogramConfiguration.Log(TimeSpan.FromTicks(-1)));
        Assert.Throws<ArgumentOutOfRangeException>("maximum", () => HistogramConfiguration.Log(maximum: TimeSpan.FromTicks(1)));
        Assert.Throws<ArgumentOutOfRangeException>("precision", () => HistogramConfiguration.LogExact(11));
        ArgumentException tooMany = Assert.Throws<ArgumentException>("maxBuckets", () => HistogramConfiguration.Log(maxBuckets: 100));
        Assert.Contains("119 buckets", tooMany.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Each_poll_is_in_the_histogram(RuntimeKind kind) => Bounded.Run(() =>
    {
        HistogramConfiguration[] all =
        [
            HistogramConfiguration.Linear(TimeSpan.FromMilliseconds(50), 3),
            HistogramConfiguration.Log(),
        ];
        foreach (HistogramConfiguration buckets in all)
        {
            RuntimeMetrics metrics;
            using (Runtime runtime = Runtimes.Builder(kind).PollTimeHistogram(buckets).Build())
            {
                metrics = runtime.Metrics;
                runtime.BlockOn(async () =>
                {
                    for (int i = 0; i < 50; i++)
                    {
                        await Kio.Spawn(async () => { });
                    }
                });
            }

            HistogramMetrics histogram = metrics.PollTimeHistogram;
            Assert.True(histogram.IsEnabled);
            Assert.False(metrics.ScheduleLatencyHistogram.IsEnabled);
            Assert.Equal(buckets.BucketCount, histogram.BucketCount);
            Assert.Equal(50, histogram.TotalCount);
            Assert.Equal(50, Enumerable.Range(0, metrics.WorkerCount).Sum(worker =>
                Enumerable.Range(0, histogram.BucketCount).Sum(bucket => histogram.GetBucket(worker, bucket).Count)));
            Assert.Throws<ArgumentOutOfRangeException>("bucket", () => histogram.GetBucket(histogram.BucketCount));
            Assert.Throws<ArgumentOutOfRangeException>("index", () => histogram.GetBucket(metrics.WorkerCount, 0));
        }
    });

    [Fact]
    public void A_histogram_that_is_not_kept_says_how_to_have_it() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        ArgumentOutOfRangeException failure =
            Assert.Throws<ArgumentOutOfRangeException>(() => runtime.Metrics.ScheduleLatencyHistogram.GetBucket(0));
        Assert.Contains("RuntimeBuilder.ScheduleLatencyHistogram()", failure.Message, StringComparison.Ordinal);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Each_wait_for_a_poll_is_in_the_histogram(RuntimeKind kind) => Bounded.Run(() =>
    {
        RuntimeMetrics metrics;
        using (Runtime runtime = Runtimes.Builder(kind)
            .ScheduleLatencyHistogram(HistogramConfiguration.Linear(TimeSpan.FromMilliseconds(50), 3)).Build())
        {
            metrics = runtime.Metrics;
            runtime.BlockOn(async () =>
            {
                for (int i = 0; i < 50; i++)
                {
                    await Kio.Spawn(async () => await Kio.YieldNow());
                }
            });
        }

        Assert.Equal(3, metrics.ScheduleLatencyHistogram.BucketCount);
        Assert.Equal(100, metrics.ScheduleLatencyHistogram.TotalCount);
    });

    [Fact]
    public void A_task_behind_a_long_poll_has_waited_as_long() => Bounded.Run(() =>
    {
        RuntimeMetrics metrics;
        using (Runtime runtime = Runtime.CreateBuilder().ForTests().WorkerThreads(1).StuckThreshold(Timeout.InfiniteTimeSpan)
            .PollTimeHistogram()
            .ScheduleLatencyHistogram(HistogramConfiguration.Linear(TimeSpan.FromMilliseconds(10), 3)).Build())
        {
            metrics = runtime.Metrics;
            runtime.RunTask(async () =>
            {
                _ = Kio.Spawn(async () => { }); // To the slot of the task that runs next.
                Spin.For(50);
            });
            SpinWait.SpinUntil(() => metrics.LiveTaskCount == 0);
        }

        // Both have a sample of their own, and a poll of their own.
        Assert.Equal(2, metrics.ScheduleLatencyHistogram.TotalCount);
        Assert.InRange(metrics.ScheduleLatencyHistogram.GetBucket(2).Count, 1, 2);
        Assert.Equal(2, metrics.Worker(0).PollCount);
        Assert.Equal(2, metrics.PollTimeHistogram.TotalCount);
        Assert.InRange(metrics.PollTimeHistogram.GetBucket(9).Count, 1, 2);
    });

    private static (long From, long To)[] Buckets(HistogramConfiguration configuration) =>
        [.. Enumerable.Range(0, configuration.BucketCount).Select(i => (configuration.StartOf(i), configuration.StartOf(i + 1)))];
}
