using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Kioto.Tool.Bench;

/// <summary>The results as people read them, one row a benchmark with Kioto beside its peers; how it looks is others' business.</summary>
/// <param name="Columns">The headings.</param>
/// <param name="Rows">As many cells each; the last row is the geometric mean.</param>
/// <param name="Note">What its ratios are of.</param>
internal sealed record ReportTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<ReportCell>> Rows, string Note)
{
    private static readonly string[] s_peers = ["baseline", "dotnet", "inline", "tokio", "hyper", "c"];

    /// <summary>A table for each kind of benchmark of which there are rows.</summary>
    public static IReadOnlyList<ReportTable> Of(IReadOnlyList<BenchRow> rows) =>
    [
        .. From([.. rows.Where(r => !r.Spec.IsServed)], "ns per operation", SchedulerCell),
        .. From([.. rows.Where(r => r.Spec.IsEcho)], "server CPU per message", ServedCell),
        .. From([.. rows.Where(r => r.Spec.Http is not null)], "server CPU per request or message", ServedCell),
    ];

    /// <summary>A line for each peer that has no figure.</summary>
    public static IEnumerable<string> Failures(IEnumerable<BenchRow> rows) =>
        rows.SelectMany(row => row.Failures, (row, failure) => $"{row.Spec.Name}, {failure.Peer}: no figure: {failure.Why}");

    private static IEnumerable<ReportTable> From(IReadOnlyList<BenchRow> rows, string ratioOf, Func<BenchResult, ReportCell> cell)
    {
        if (rows.Count == 0)
        {
            yield break;
        }

        string[] peers = [.. s_peers.Where(peer => rows.Any(row => row[peer] is not null))];
        yield return new ReportTable(
            ["bench", Heading(rows, "kioto"), .. peers.SelectMany(peer => new[] { Heading(rows, peer), $"kioto / {peer}" })],
            [
                .. rows.Select(row => (ReportCell[])
                [
                    new(row.Spec.Name),
                    row["kioto"] is { } ours ? cell(ours) : ReportCell.None,
                    .. peers.SelectMany(peer => new[]
                    {
                        row[peer] is { } theirs ? cell(theirs) : ReportCell.None,
                        RatioTo(row, peer) is { } ratio ? RatioCell(ratio) : ReportCell.None,
                    }),
                ]),
                [new("geometric mean"), new(""), .. peers.SelectMany(peer => new[] { new(""), MeanCell(rows, peer) })],
            ],
            $"Ratios are of {ratioOf}: the median of pairs measured in turn, and (p25-p75). Below 1 Kioto is better.");
    }

    private static ReportCell SchedulerCell(BenchResult r)
    {
        string bytes = r.BytesPerOp is { } b ? $", {Number(b)} B" : "";
        return new($"{Number(r.MedianNanos)} ns (min {Number(r.MinNanos)})", $"CPU {Number(r.MedianCpuNanos)}{bytes}{Variant(r)}");
    }

    private static ReportCell ServedCell(BenchResult r)
    {
        Latency latency = r.Latency!;
        return new(
            $"{Number(r.MedianCpuNanos / 1000)} us CPU, {latency.Rate / 1000:0.0} k/s",
            $"p50 {Number(latency.P50Micros)}, p99 {Number(latency.P99Micros)} us ({latency.P99Micros / latency.P50Micros:0.0}x){Variant(r)}");
    }

    private static ReportCell RatioCell(Ratio ratio) =>
        new(Number(ratio.Median, 2), $"({Number(ratio.P25, 2)}-{Number(ratio.P75, 2)})", ratio.Median > 1);

    private static ReportCell MeanCell(IReadOnlyList<BenchRow> rows, string peer)
    {
        double[] ratios = [.. rows.Select(row => RatioTo(row, peer)).OfType<Ratio>().Select(r => r.Median)];
        if (ratios.Length == 0)
        {
            return ReportCell.None;
        }

        double mean = Statistics.GeometricMean(ratios);
        return new(Number(mean, 2), "", mean > 1);
    }

    private static string Variant(BenchResult r) => r.Variant.Length == 0 ? "" : $", {r.Variant}";

    private static string Heading(IReadOnlyList<BenchRow> rows, string peer) =>
        rows.Select(row => row[peer]?.Version).FirstOrDefault(v => v is not null) is { } version ? $"{peer} {version}" : peer;

    private static Ratio? RatioTo(BenchRow row, string peer) =>
        row["kioto"] is { } ours && row[peer] is { } theirs ? ours.RatioTo(theirs) : null;

    private static string Number(double value, int digits = -1) => value.ToString(
        digits >= 0 ? "F" + digits : value < 10 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
