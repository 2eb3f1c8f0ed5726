using System.Collections.Generic;
using System.Linq;
using Spectre.Console;

namespace Kioto.Tool.Bench;

/// <summary>The results on the terminal.</summary>
internal static class TableReport
{
    public static void Write(IAnsiConsole console, IReadOnlyList<BenchRow> rows)
    {
        foreach (ReportTable report in ReportTable.Of(rows))
        {
            Table table = new Table().Border(TableBorder.Rounded).ShowRowSeparators();
            table.AddColumn(Markup.Escape(report.Columns[0]));
            table.AddColumns([.. report.Columns.Skip(1).Select(column => new TableColumn(Markup.Escape(column)).RightAligned())]);
            foreach (IReadOnlyList<ReportCell> row in report.Rows)
            {
                table.AddRow([Markup.Escape(row[0].Text), .. row.Skip(1).Select(Cell)]);
            }

            console.Write(table);
            console.MarkupLineInterpolated($"[grey]{report.Note}[/]");
        }

        foreach (string failure in ReportTable.Failures(rows))
        {
            console.MarkupLineInterpolated($"[yellow]{failure}[/]");
        }
    }

    private static string Cell(ReportCell cell)
    {
        string text = Markup.Escape(cell.Text);
        string colored = cell.IsLoss is { } isLoss ? $"[{(isLoss ? "red" : "green")}]{text}[/]" : text;
        return cell.Text.Length == 0 || cell == ReportCell.None ? text
            : cell.Detail.Length == 0 ? $"[bold]{colored}[/]"
            : $"[bold]{colored}[/]\n[grey]{Markup.Escape(cell.Detail)}[/]";
    }
}
