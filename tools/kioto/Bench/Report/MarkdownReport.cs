using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Kioto.Tool.Bench;

/// <summary>The results for a page: the tables, below a line that says when and on what they were measured.</summary>
internal static class MarkdownReport
{
    public static string Format(IReadOnlyList<BenchRow> rows, DateTimeOffset time, string machine, string? warning)
    {
        StringBuilder text = new();
        text.Append($"{time:yyyy-MM-dd}, {machine}.\n");
        foreach (ReportTable table in ReportTable.Of(rows))
        {
            text.Append('\n');
            AppendRow(text, table.Columns);
            AppendRow(text, [.. table.Columns.Select((_, column) => column == 0 ? "---" : "---:")]);
            foreach (IReadOnlyList<ReportCell> row in table.Rows)
            {
                AppendRow(text, [Name(row[0]), .. row.Skip(1).Select(Cell)]);
            }

            text.Append($"\n{table.Note}\n");
        }

        foreach (string line in (string[])[.. ReportTable.Failures(rows), .. warning is null ? (string[])[] : [warning]])
        {
            text.Append($"\n{Escape(line)}\n");
        }

        return text.ToString();
    }

    private static void AppendRow(StringBuilder text, IReadOnlyList<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    // The mean stands in no code, as it names no benchmark.
    private static string Name(ReportCell cell) => cell.Text.Contains(' ') ? cell.Text : $"`{cell.Text}`";

    private static string Cell(ReportCell cell)
    {
        string text = Escape(cell.IsLoss == true ? $"**{cell.Text}**" : cell.Text);
        return cell.Detail.Length == 0 ? text
            : cell.IsLoss is null ? $"{text}, {Escape(cell.Detail)}"
            : $"{text} {Escape(cell.Detail)}";
    }

    private static string Escape(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
