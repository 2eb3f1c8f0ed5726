using System.Collections.Generic;
using System.IO;
using System.Text;

namespace Kioto.Docs.Tests;

/// <summary>A C# block of a page.</summary>
/// <param name="Page">The page, relative to the repository.</param>
/// <param name="Line">Where the block begins.</param>
/// <param name="Code">Its text.</param>
public sealed record Snippet(string Page, int Line, string Code)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Page}:{Line}";

    internal static IEnumerable<Snippet> All()
    {
        List<string> pages = ["README.md"];
        foreach (string page in Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories))
        {
            // Pages of analyzers show what is wrong: their tests compile and analyze them.
            string relative = Path.GetRelativePath(Repository.Root, page);
            if (Path.GetDirectoryName(relative) != "docs/analyzers")
            {
                pages.Add(relative);
            }
        }

        foreach (string page in pages)
        {
            foreach (Snippet snippet in OfPage(page))
            {
                yield return snippet;
            }
        }
    }

    private static IEnumerable<Snippet> OfPage(string page)
    {
        StringBuilder? code = null;
        int begin = 0;
        int number = 0;
        foreach (string line in File.ReadLines(Path.Combine(Repository.Root, page)))
        {
            number++;
            if (code is null && line == "```csharp")
            {
                code = new StringBuilder();
                begin = number;
            }
            else if (code is not null && line == "```")
            {
                yield return new Snippet(page, begin, code.ToString());
                code = null;
            }
            else
            {
                code?.AppendLine(line);
            }
        }
    }
}
