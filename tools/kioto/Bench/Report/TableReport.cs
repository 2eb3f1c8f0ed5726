using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Spectre.Console;

namespace Kioto.Tool.Bench;

/// <summary>The results for people: one row a benchmark, Kioto beside its peers.</summary>
internal static class TableReport
{
    private static readonly string[] s_peers = ["baseline", "dotnet", "inline", "tokio", "hyper", "c"];

    public static void Write(IAnsiConsole console, IReadOnlyList<BenchRow> rows)
    {
        WriteTable(console, [.. rows.Where(r => !r.Spec.IsServed)], "ns per operation", SchedulerCell);
        WriteTable(console, [.. rows.Where(r => r.Spec.IsEcho)], "server CPU per message", EchoCell);
        WriteTable(console, [.. rows.Where(r => r.Spec.Http is not null)], "server CPU per request or message", EchoCell);
        foreach (BenchRow row in rows)
        {
            foreach ((string peer, string why) in row.Failures)
            {
                console.MarkupLineInterpolated($"[yellow]{row.Spec.Name}, {peer}: no figure: {why}[/]");
            }
        }
    }

    private static void WriteTable(IAnsiConsole console, IReadOnlyList<BenchRow> rows, string ratioOf, Func<BenchResult, string> cell)
    {
        if (rows.Count == 0)
        {
            return;
        }

        string[] peers = [.. s_peers.Where(peer => rows.Any(row => row[peer] is not null))];
        Table table = new Table().Border(TableBorder.Rounded).ShowRowSeparators();
        table.AddColumn("bench");
        table.AddColumn(new TableColumn(Heading(rows, "kioto")).RightAligned());
        foreach (string peer in peers)
        {
            table.AddColumn(new TableColumn(Heading(rows, peer)).RightAligned());
            table.AddColumn(new TableColumn($"kioto / {peer}").RightAligned());
        }

        foreach (BenchRow row in rows)
        {
            List<string> cells = [row.Spec.Name, row["kioto"] is { } ours ? cell(ours) : "-"];
            foreach (string peer in peers)
            {
                cells.Add(row[peer] is { } theirs ? cell(theirs) : "-");
                cells.Add(RatioTo(row, peer) is { } ratio ? Format(ratio) : "-");
            }

            table.AddRow([.. cells]);
        }

        table.AddRow(["[bold]geometric mean[/]", "", .. peers.SelectMany(peer => new[] { "", Mean(rows, peer) })]);
        console.Write(table);
        console.MarkupLineInterpolated(
            $"[grey]Ratios are of {ratioOf}: the median of pairs measured in turn, and (p25-p75). Below 1 Kioto is better.[/]");
    }

    private static string SchedulerCell(BenchResult r)
    {
        string bytes = r.BytesPerOp is { } b ? $", {Number(b)} B" : "";
        return $"[bold]{Number(r.MedianNanos)}[/] ns (min {Number(r.MinNanos)})\n[grey]CPU {Number(r.MedianCpuNanos)}{bytes}{Variant(r)}[/]";
    }

    private static string Variant(BenchResult r) => r.Variant.Length == 0 ? "" : $", {r.Variant}";

    private static string EchoCell(BenchResult r)
    {
        Latency latency = r.Latency!;
        return $"[bold]{Number(r.MedianCpuNanos / 1000)}[/] us CPU, {latency.Rate / 1000:0.0} k/s\n" +
            $"[grey]p50 {Number(latency.P50Micros)}, p99 {Number(latency.P99Micros)} us ({latency.P99Micros / latency.P50Micros:0.0}x){Variant(r)}[/]";
    }

    private static string Heading(IReadOnlyList<BenchRow> rows, string peer) =>
        rows.Select(row => row[peer]?.Version).FirstOrDefault(v => v is not null) is { } version
            ? Markup.Escape($"{peer} {version}")
            : peer;

    private static Ratio? RatioTo(BenchRow row, string peer) =>
        row["kioto"] is { } ours && row[peer] is { } theirs ? ours.RatioTo(theirs) : null;

    private static string Mean(IReadOnlyList<BenchRow> rows, string peer)
    {
        double[] ratios = [.. rows.Select(row => RatioTo(row, peer)).OfType<Ratio>().Select(r => r.Median)];
        return ratios.Length == 0 ? "-" : $"[bold]{Colored(Statistics.GeometricMean(ratios))}[/]";
    }

    private static string Format(Ratio ratio) =>
        $"[bold]{Colored(ratio.Median)}[/]\n[grey]({Number(ratio.P25, 2)}-{Number(ratio.P75, 2)})[/]";

    private static string Colored(double ratio) => $"[{(ratio <= 1 ? "green" : "red")}]{Number(ratio, 2)}[/]";

    private static string Number(double value, int digits = -1) => value.ToString(
        digits >= 0 ? "F" + digits : value < 10 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
