using System;
using System.Collections.Generic;
using System.IO;
using Kioto.Tool.Bench;

namespace Kioto.Tool.Commands;

/// <summary>Where <c>kioto bench</c> writes its results besides the terminal; null for what is not wanted.</summary>
internal sealed record BenchFiles(FileInfo? Json, FileInfo? Markdown, FileInfo? Chart)
{
    /// <summary>What would otherwise be noticed only when all is measured.</summary>
    public string? WhyNotWritable() =>
        Arguments.WhyNotWritable("--json", Json)
        ?? Arguments.WhyNotWritable("--markdown", Markdown)
        ?? Arguments.WhyNotWritable("--chart", Chart);

    /// <exception cref="IOException">A file can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">As well.</exception>
    public void Write(IReadOnlyList<BenchRow> rows, string? warning)
    {
        if (Json is not null)
        {
            File.WriteAllText(Json.FullName, JsonReport.Format(rows));
        }

        if (Markdown is not null)
        {
            File.WriteAllText(Markdown.FullName, MarkdownReport.Format(rows, DateTimeOffset.UtcNow, Machine.Describe(), warning));
        }

        if (Chart is not null)
        {
            ChartReport.Write(Chart.FullName, rows);
        }
    }
}
