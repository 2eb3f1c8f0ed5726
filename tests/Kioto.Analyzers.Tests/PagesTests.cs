using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kioto.Analyzers.Tests;

/// <summary>Every rule has a page; its first example is reported, and the one that shows what to do instead is not.</summary>
public sealed class PagesTests
{
    internal static readonly ImmutableArray<DiagnosticAnalyzer> Analyzers =
        [.. typeof(UnusedFutureAnalyzer).Assembly.GetTypes()
            .Where(t => t.IsSubclassOf(typeof(DiagnosticAnalyzer)))
            .Select(t => (DiagnosticAnalyzer)Activator.CreateInstance(t)!)];

    private static readonly string s_root = FindRoot();

    public static IEnumerable<TheoryDataRow<string>> Ids() =>
        Analyzers.SelectMany(a => a.SupportedDiagnostics).Select(d => new TheoryDataRow<string>(d.Id));

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task ShowsWhatIsReportedAndWhatToDoInstead(string id)
    {
        DiagnosticDescriptor rule = Analyzers.SelectMany(a => a.SupportedDiagnostics).Single(d => d.Id == id);
        string page = await File.ReadAllTextAsync(Path.Combine(s_root, rule.HelpLinkUri[rule.HelpLinkUri.IndexOf("docs/analyzers/", StringComparison.Ordinal)..]), TestContext.Current.CancellationToken);
        Assert.StartsWith($"# {id}: {char.ToLowerInvariant(rule.Title.ToString()[0])}{rule.Title.ToString()[1..]}\n", page, StringComparison.Ordinal);

        string[] examples = [.. page.Split("```csharp\n").Skip(1).Select(e => e[..e.IndexOf("```", StringComparison.Ordinal)])];
        string[] reported = await Reported(examples[0]);
        Assert.NotEmpty(reported);
        Assert.All(reported, r => Assert.Equal(id, r));
        Assert.Equal(examples[0].Split("// reported").Length - 1, reported.Length);
        foreach (string remedy in examples.Skip(1))
        {
            Assert.Empty(await Reported(remedy));
        }
    }

    [Theory]
    [InlineData("https://host.example/kioto/blob/12ab", "https://host.example/kioto/blob/12ab/docs/analyzers/KIO0001.md")]
    [InlineData("https://host.example/kioto/", "https://host.example/kioto/docs/analyzers/KIO0001.md")]
    [InlineData("", "docs/analyzers/KIO0001.md")]
    public void LinksAreAddressesWhereTheBuildKnowsOne(string root, string link) => Assert.Equal(link, Rules.Link(root, "KIO0001"));

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task IsInTheIndex(string id) =>
        Assert.Contains(
            $"[{id}]({id}.md)",
            await File.ReadAllTextAsync(Path.Combine(s_root, "docs/analyzers/README.md"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);

    private static async Task<string[]> Reported(string example)
    {
        string source = Source.Of("static async Future Body()\n{\n" + example + "\nawait Kio.YieldNow();\n}");
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Page",
            [CSharpSyntaxTree.ParseText(source, cancellationToken: TestContext.Current.CancellationToken)],
            References.All,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        Assert.DoesNotContain(
            compilation.GetDiagnostics(TestContext.Current.CancellationToken), d => d.Severity == DiagnosticSeverity.Error);
        ImmutableArray<Diagnostic> found = await compilation.WithAnalyzers(Analyzers)
            .GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        return [.. found.Select(d => d.Id)];
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Kioto.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("The tests must run inside the repository.");
    }
}
