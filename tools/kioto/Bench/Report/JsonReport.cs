using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kioto.Tool.Bench;

/// <summary>The results for machines: one array, one object for each benchmark and peer.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    public static string Format(IEnumerable<BenchRow> rows) =>
        JsonSerializer.Serialize(rows.SelectMany(row => row.Results).Select(Entry.Of), s_options) + "\n";

    private sealed record Entry(
        string Bench,
        string Peer,
        string Version,
        string Params,
        long Ops,
        double NsPerOpMedian,
        double NsPerOpMin,
        double? BytesPerOp,
        double CpuNsPerOp,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Rate,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? P50Us,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? P99Us)
    {
        public static Entry Of(BenchResult r) => new(
            r.Spec.Name,
            r.Peer,
            r.Version,
            r.Variant.Length == 0 ? r.Spec.Params : $"{r.Spec.Params},allocator={r.Variant}",
            r.Ops,
            r.MedianNanos,
            r.MinNanos,
            r.BytesPerOp,
            r.MedianCpuNanos,
            r.Latency?.Rate,
            r.Latency?.P50Micros,
            r.Latency?.P99Micros);
    }
}
