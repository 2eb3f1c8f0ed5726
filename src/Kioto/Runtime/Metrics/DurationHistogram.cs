using System.Threading;

namespace Kioto;

/// <summary>How many durations of each worker fell into each bucket. Only made where the builder was asked for it.</summary>
internal sealed class DurationHistogram
{
    // INVARIANT: counted up atomically: a poll that has lost its worker still belongs to it, as does the poll that the
    // worker makes elsewhere meanwhile. One array a worker, with room on both sides for others' cache lines.
    private const int Margin = 16;

    private readonly long[][] _counts;

    internal DurationHistogram(HistogramConfiguration configuration, int workers)
    {
        Configuration = configuration;
        _counts = new long[workers][];
        for (int i = 0; i < workers; i++)
        {
            _counts[i] = new long[configuration.BucketCount + (2 * Margin)];
        }
    }

    internal HistogramConfiguration Configuration { get; }

    /// <summary>Counts a duration.</summary>
    /// <param name="worker">The worker's index; anything else is ignored.</param>
    /// <param name="nanos">The duration.</param>
    internal void Record(int worker, long nanos)
    {
        if ((uint)worker < (uint)_counts.Length)
        {
            Interlocked.Increment(ref _counts[worker][Margin + Configuration.BucketOf(nanos)]); // ORDERING: a figure.
        }
    }

    /// <summary>How many durations are in a bucket.</summary>
    /// <param name="worker">The worker's index, in range.</param>
    /// <param name="bucket">The bucket, in range.</param>
    /// <returns>The number.</returns>
    internal long Count(int worker, int bucket) => Volatile.Read(ref _counts[worker][Margin + bucket]); // ORDERING: a figure.
}
