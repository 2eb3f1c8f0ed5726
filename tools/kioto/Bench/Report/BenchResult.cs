using System.Collections.Generic;
using System.Linq;

namespace Kioto.Tool.Bench;

/// <summary>What one contender came to in one benchmark.</summary>
internal sealed record BenchResult(
    BenchSpec Spec, string Peer, string Version, string Variant, IReadOnlyList<Sample> Samples)
{
    public long Ops => Samples.Sum(s => s.Ops);

    public IReadOnlyList<double> NanosPerOp => [.. Samples.Select(s => (double)s.Nanos / s.Ops)];

    public IReadOnlyList<double> CpuNanosPerOp => [.. Samples.Select(s => (double)s.CpuNanos / s.Ops)];

    /// <summary>What the benchmark is about: the CPU of a server, else the wall time.</summary>
    public IReadOnlyList<double> Cost => Spec.IsServed ? CpuNanosPerOp : NanosPerOp;

    public double MedianNanos => Statistics.Median(NanosPerOp);

    public double MinNanos => NanosPerOp.Min();

    public double MedianCpuNanos => Statistics.Median(CpuNanosPerOp);

    public double? BytesPerOp =>
        Samples.All(s => s.Bytes is not null) ? Statistics.Median(Samples.Select(s => (double)s.Bytes!.Value / s.Ops)) : null;

    public Latency? Latency => Samples.All(s => s.Latency is not null)
        ? new Latency(
            Statistics.Median(Samples.Select(s => s.Latency!.Rate)),
            Statistics.Median(Samples.Select(s => s.Latency!.P50Micros)),
            Statistics.Median(Samples.Select(s => s.Latency!.P99Micros)))
        : null;

    public Ratio RatioTo(BenchResult other) => Statistics.PairwiseRatio(Cost, other.Cost);
}
