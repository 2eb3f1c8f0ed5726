using System;

namespace Kioto;

/// <summary>A histogram of durations that a runtime keeps if its builder was asked to; else it has no buckets.</summary>
/// <remarks>A view: it shows the counts of the moment at which it is asked. Reading allocates nothing. Any thread.</remarks>
public readonly struct HistogramMetrics
{
    private readonly DurationHistogram? _histogram;
    private readonly int _workers;
    private readonly string? _knob;

    internal HistogramMetrics(DurationHistogram? histogram, int workers, string knob)
    {
        _histogram = histogram;
        _workers = workers;
        _knob = knob;
    }

    /// <summary>Whether the runtime keeps it.</summary>
    public bool IsEnabled => _histogram is not null;

    /// <summary>How many buckets it has; 0 if it is not kept.</summary>
    public int BucketCount => _histogram?.Configuration.BucketCount ?? 0;

    /// <summary>How many durations have been counted, of all workers.</summary>
    public long TotalCount
    {
        get
        {
            long total = 0;
            for (int bucket = 0; bucket < BucketCount; bucket++)
            {
                total += GetBucket(bucket).Count;
            }

            return total;
        }
    }

    /// <summary>A bucket, with the counts of all workers together.</summary>
    /// <param name="bucket">Which one, from 0.</param>
    /// <returns>The bucket.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such bucket, or the histogram is not kept.</exception>
    public HistogramBucket GetBucket(int bucket)
    {
        DurationHistogram histogram = Check(bucket);
        long count = 0;
        for (int worker = 0; worker < _workers; worker++)
        {
            count += histogram.Count(worker, bucket);
        }

        return Bucket(histogram, bucket, count);
    }

    /// <summary>A bucket of one worker.</summary>
    /// <param name="worker">Which worker, from 0.</param>
    /// <param name="bucket">Which bucket, from 0.</param>
    /// <returns>The bucket.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such worker or bucket, or the histogram is not kept.</exception>
    public HistogramBucket GetBucket(int worker, int bucket)
    {
        DurationHistogram histogram = Check(bucket);
        RuntimeMetrics.CheckWorker(worker, _workers);
        return Bucket(histogram, bucket, histogram.Count(worker, bucket));
    }

    private static HistogramBucket Bucket(DurationHistogram histogram, int bucket, long count) => new()
    {
        FromNanoseconds = histogram.Configuration.StartOf(bucket),
        ToNanoseconds = histogram.Configuration.StartOf(bucket + 1),
        Count = count,
    };

    private DurationHistogram Check(int bucket)
    {
        if (_histogram is null)
        {
            throw new ArgumentOutOfRangeException(
                nameof(bucket), bucket, $"This histogram is not kept: build the runtime with RuntimeBuilder.{_knob}().");
        }

        if ((uint)bucket >= (uint)BucketCount)
        {
            throw new ArgumentOutOfRangeException(nameof(bucket), bucket, $"The histogram has {BucketCount} buckets, from 0.");
        }

        return _histogram;
    }
}
