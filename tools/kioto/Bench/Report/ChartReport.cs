using System.Collections.Generic;
using System.Linq;
using ScottPlot;

namespace Kioto.Tool.Bench;

/// <summary>The results as a picture: each peer's cost in units of Kioto's, so that all benchmarks fit one axis.</summary>
internal static class ChartReport
{
    private static readonly string[] s_peers = ["kioto", "baseline", "dotnet", "tokio", "c"];

    public static void Write(string file, IReadOnlyList<BenchRow> rows)
    {
        BenchRow[] shown = [.. rows.Where(row => row["kioto"] is not null)];
        string[] peers = [.. s_peers.Where(peer => shown.Any(row => row[peer] is not null))];
        using Plot plot = new();
        for (int p = 0; p < peers.Length; p++)
        {
            Color color = plot.Add.Palette.GetColor(p);
            plot.Legend.ManualItems.Add(new LegendItem { LabelText = peers[p], FillColor = color });
            List<Bar> bars = [];
            for (int r = 0; r < shown.Length; r++)
            {
                if (shown[r][peers[p]] is { } result)
                {
                    double cost = 1 / shown[r]["kioto"]!.RatioTo(result).Median;
                    double place = (r * (peers.Length + 1)) + p;
                    bars.Add(new Bar { Position = place, Value = cost, FillColor = color, Label = $"{cost:0.00}" });
                }
            }

            plot.Add.Bars(bars);
        }

        plot.Axes.Bottom.SetTicks(
            [.. shown.Select((_, r) => (r * (peers.Length + 1)) + ((peers.Length - 1) / 2.0))],
            [.. shown.Select(row => row.Spec.Name)]);
        plot.Axes.Bottom.TickLabelStyle.Rotation = 20;
        plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.UpperLeft;
        plot.Axes.Bottom.MinimumSize = 90;
        plot.Axes.Margins(bottom: 0);
        plot.YLabel("cost, Kioto = 1 (lower is better)");
        plot.ShowLegend(Alignment.UpperRight);
        plot.SavePng(file, 300 + (110 * shown.Length), 600);
    }
}
