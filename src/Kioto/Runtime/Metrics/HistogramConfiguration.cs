using System;
using System.Numerics;

namespace Kioto;

/// <summary>The buckets of a histogram of durations: of equal width, or of equal relative width.</summary>
/// <remarks>As Tokio's <c>HistogramConfiguration</c> and <c>LogHistogram</c>. Immutable; may be used for several runtimes.</remarks>
public sealed class HistogramConfiguration
{
    /// <summary>More buckets than this are a mistake: each takes 8 bytes a worker.</summary>
    private const int MostBuckets = 65536;

    private const int FinestPrecision = 10;

    // Of a linear one, the width; else 0.
    private readonly long _width;

    // Of a logarithmic one: 2 to this power buckets from one power of two to the next, and the first bucket's place
    // among those that begin at 0.
    private readonly int _precision;
    private readonly int _first;

    private HistogramConfiguration(long width, int buckets)
    {
        _width = width;
        BucketCount = buckets;
    }

    private HistogramConfiguration(int precision, int first, int buckets)
    {
        _precision = precision;
        _first = first;
        BucketCount = buckets;
    }

    /// <summary>Ten buckets of 100 microseconds; the last has no end. Tokio's.</summary>
    public static HistogramConfiguration Default { get; } = Linear(TimeSpan.FromMicroseconds(100), 10);

    /// <summary>How many buckets there are, the last one, which has no end, included.</summary>
    public int BucketCount { get; }

    /// <summary>Buckets of equal width, the first from zero; the last has no end.</summary>
    /// <param name="width">The width. More than zero.</param>
    /// <param name="buckets">How many buckets. 1 to 65536; each takes 8 bytes a worker.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static HistogramConfiguration Linear(TimeSpan width, int buckets)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(width, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(buckets, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(buckets, MostBuckets);
        return new HistogramConfiguration(Nanos(width), buckets);
    }

    /// <summary>
    /// Buckets whose width grows with what they hold, so that the relative error is bounded. The first begins at zero and
    /// ends at or before the minimum; the last begins after the maximum and has no end.
    /// </summary>
    /// <param name="minimum">Shorter durations are not told apart. Default: 100 ns. Not negative.</param>
    /// <param name="maximum">Longer ones neither. Default: 60 s. More than the minimum.</param>
    /// <param name="maxError">
    /// How wide a bucket may be in proportion to where it begins: between 0 and 1. Taken down to the next of 1/4, 1/8, ...,
    /// 1/1024. Default: 1/4.
    /// </param>
    /// <param name="maxBuckets">At most so many buckets. Default: 65536.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    /// <exception cref="ArgumentException">It would take more buckets; the message says how many.</exception>
    public static HistogramConfiguration Log(
        TimeSpan? minimum = null, TimeSpan? maximum = null, double maxError = 0.25, int maxBuckets = MostBuckets)
    {
        if (!(maxError > 0 && maxError < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(maxError), maxError, "maxError must be between 0 and 1.");
        }

        int precision = 2;
        while (precision < FinestPrecision && 1.0 / (1 << precision) > maxError)
        {
            precision++;
        }

        return LogExact(precision, minimum, maximum, maxBuckets);
    }

    /// <summary>As <see cref="Log"/>, with the number of buckets from one power of two (of nanoseconds) to the next.</summary>
    /// <param name="precision">That number is 2 to this power: with 0 each bucket is twice as wide as the one before. 0 to 10.</param>
    /// <param name="minimum">As for <see cref="Log"/>.</param>
    /// <param name="maximum">As for <see cref="Log"/>.</param>
    /// <param name="maxBuckets">As for <see cref="Log"/>.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    /// <exception cref="ArgumentException">It would take more buckets; the message says how many.</exception>
    public static HistogramConfiguration LogExact(
        int precision, TimeSpan? minimum = null, TimeSpan? maximum = null, int maxBuckets = MostBuckets)
    {
        TimeSpan least = minimum ?? TimeSpan.FromTicks(1);
        TimeSpan most = maximum ?? TimeSpan.FromSeconds(60);
        ArgumentOutOfRangeException.ThrowIfNegative(precision);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(precision, FinestPrecision);
        ArgumentOutOfRangeException.ThrowIfLessThan(least, TimeSpan.Zero, nameof(minimum));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(most, least, nameof(maximum));
        int first = int.Max(0, Place(Nanos(least), precision) - 1);
        int buckets = Place(Nanos(most), precision) + 2 - first;
        return buckets <= int.Min(maxBuckets, MostBuckets)
            ? new HistogramConfiguration(precision, first, buckets)
            : throw new ArgumentException(
                $"The histogram would have {buckets} buckets, and may have {int.Min(maxBuckets, MostBuckets)}: " +
                "allow more, or a larger error, or a smaller range.",
                nameof(maxBuckets));
    }

    /// <summary>Which bucket a duration belongs to.</summary>
    /// <param name="nanos">Nanoseconds; negative counts as zero.</param>
    /// <returns>The bucket.</returns>
    internal int BucketOf(long nanos)
    {
        nanos = long.Max(0, nanos);
        long bucket = _width != 0 ? nanos / _width : Place(nanos, _precision) - _first;
        return (int)long.Clamp(bucket, 0, BucketCount - 1);
    }

    /// <summary>Where a bucket begins.</summary>
    /// <param name="bucket">The bucket, or their number.</param>
    /// <returns>Nanoseconds.</returns>
    internal long StartOf(int bucket)
    {
        if (bucket == 0)
        {
            return 0;
        }

        if (bucket == BucketCount)
        {
            return long.MaxValue;
        }

        if (_width != 0)
        {
            return (long)UInt128.Min((UInt128)_width * (uint)bucket, long.MaxValue);
        }

        int place = bucket + _first;
        int size = 1 << _precision;
        return place < size
            ? place
            : (long)ulong.Min((ulong)((place & (size - 1)) + size) << ((place >> _precision) - 1), long.MaxValue);
    }

    // Among buckets that begin at zero: the first are one nanosecond wide; from each power of two to the next there are
    // equally many, as wide as it takes.
    private static int Place(long nanos, int precision)
    {
        if (nanos < 1L << precision)
        {
            return (int)nanos;
        }

        int shift = BitOperations.Log2((ulong)nanos) - precision;
        return (shift << precision) + (int)(nanos >> shift);
    }

    private static long Nanos(TimeSpan time) =>
        time.Ticks > long.MaxValue / TimeSpan.NanosecondsPerTick ? long.MaxValue : time.Ticks * TimeSpan.NanosecondsPerTick;
}
