using System;
using System.IO;
using Kioto.Tool.Bench;
using Spectre.Console;

namespace Kioto.Tool.Tests.Bench;

public sealed class ReportTests
{
    private static readonly BenchSpec s_spec = new("ping_pong", "", 1000, 1);
    private static readonly BenchSpec s_echo = new("tcp_echo_64", "", 1, 1, 64);

    [Fact]
    public void The_table_has_the_figures_the_ratios_and_their_mean()
    {
        string table = Table(Row(s_spec, ("kioto", 100), ("dotnet", 400)), Row(s_spec with { Name = "yield_many" }, ("kioto", 200), ("dotnet", 200)));
        foreach (string expected in (string[])
            ["ping_pong", "yield_many", "kioto 1", "dotnet 1", "kioto / dotnet", "100 ns (min 100)", "0.25", "(0.25-0.25)", "1.00", "geometric mean", "0.50"])
        {
            Assert.Contains(expected, table, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("tokio", table, StringComparison.Ordinal);
    }

    [Fact]
    public void Echoes_have_a_table_of_their_own_with_their_latencies()
    {
        string table = Table(Row(s_echo, ("kioto", 5000), ("c", 10_000)));
        foreach (string expected in (string[])["tcp_echo_64", "5.0 us CPU, 2.0 k/s", "p50 10, p99 50 us (5.0x)", "kioto / c", "0.50", "server CPU per message"])
        {
            Assert.Contains(expected, table, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("ns per operation", table, StringComparison.Ordinal);
    }

    [Fact]
    public void The_allocator_that_counted_is_told()
    {
        BenchRow row = Row(s_echo, ("kioto", 5000));
        row.Add(Result(s_echo, "tokio", 8000, "glibc"));
        row.Add(Result(s_echo, "tokio", 6000, "jemalloc"));
        string table = Table(row);
        Assert.Contains("jemalloc", table, StringComparison.Ordinal);
        Assert.DoesNotContain("glibc", table, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_has_no_figure_is_named_below_the_table()
    {
        BenchRow row = Row(s_spec, ("kioto", 100));
        row.AddFailure("tokio", "starved [of all]");
        string table = Table(row);
        Assert.Contains("ping_pong, tokio: no figure: starved [of all]", table, StringComparison.Ordinal);
    }

    [Fact]
    public void Markdown_says_when_and_on_what_and_has_a_table_of_each_kind()
    {
        BenchRow row = Row(s_spec, ("kioto", 400), ("dotnet", 100));
        row.AddFailure("tokio", "a|b");
        string text = MarkdownReport.Format(
            [row, Row(s_echo, ("kioto", 5000))], new DateTimeOffset(2026, 11, 28, 1, 2, 3, default), "2 × X", "the machine was busy");
        Assert.Equal(
            """
            2026-11-28, 2 × X.

            | bench | kioto 1 | dotnet 1 | kioto / dotnet |
            | --- | ---: | ---: | ---: |
            | `ping_pong` | 400 ns (min 400), CPU 400, 0.0 B | 100 ns (min 100), CPU 100, 0.0 B | **4.00** (4.00-4.00) |
            | geometric mean |  |  | **4.00** |

            Ratios are of ns per operation: the median of pairs measured in turn, and (p25-p75). Below 1 Kioto is better.

            | bench | kioto 1 |
            | --- | ---: |
            | `tcp_echo_64` | 5.0 us CPU, 2.0 k/s, p50 10, p99 50 us (5.0x) |
            | geometric mean |  |

            Ratios are of server CPU per message: the median of pairs measured in turn, and (p25-p75). Below 1 Kioto is better.

            ping_pong, tokio: no figure: a\|b

            the machine was busy

            """,
            text);
    }

    [Fact]
    public void The_chart_is_a_picture()
    {
        using TemporaryFolder folder = new();
        string file = folder.File("chart.png");
        ChartReport.Write(file, [Row(s_spec, ("kioto", 100), ("dotnet", 400)), Row(s_echo, ("kioto", 100), ("c", 90))]);
        byte[] png = File.ReadAllBytes(file);
        Assert.Equal("\u0089PNG\r\n\u001A\n", System.Text.Encoding.Latin1.GetString(png, 0, 8));
        int width = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16));
        Assert.Equal(300 + (2 * 110), width);
    }

    private static BenchRow Row(BenchSpec spec, params (string Peer, long Nanos)[] peers)
    {
        BenchRow row = new(spec);
        foreach ((string peer, long nanos) in peers)
        {
            row.Add(Result(spec, peer, nanos, ""));
        }

        return row;
    }

    private static BenchResult Result(BenchSpec spec, string peer, long nanos, string variant)
    {
        Sample sample = new(1, nanos, nanos, 0, spec.IsServed ? new Latency(2000, 10, 50) : null);
        return new BenchResult(spec, peer, "1", variant, [sample, sample]);
    }

    private static string Table(params BenchRow[] rows)
    {
        using StringWriter writer = new();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = AnsiSupport.No,
        });
        console.Profile.Width = 160;
        TableReport.Write(console, rows);
        return writer.ToString();
    }
}
