namespace Kioto;

/// <summary>A bucket of a histogram of durations.</summary>
public readonly record struct HistogramBucket
{
    /// <summary>The shortest duration that belongs here, in nanoseconds.</summary>
    public long FromNanoseconds { get; init; }

    /// <summary>The shortest one that is too long, in nanoseconds; <see cref="long.MaxValue"/> for the last bucket.</summary>
    public long ToNanoseconds { get; init; }

    /// <summary>How many durations were in between.</summary>
    public long Count { get; init; }
}
