using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace Kioto.Docs.Tests;

/// <summary>Every C# block of the README and the guides compiles as a program, with the usual usings.</summary>
public sealed class SnippetTests
{
    private const string Usings = """
        using System;
        using System.Collections.Generic;
        using System.IO;
        using System.Threading;
        using System.Threading.Tasks;
        using Kioto;
        using Kioto.Net;
        using Kioto.Sync;
        using Kioto.Testing;
        using Xunit;

        """;

    private static readonly MetadataReference[] s_references =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is var name
                && (name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.", StringComparison.Ordinal)
                || name.StartsWith("xunit.v3.", StringComparison.Ordinal) || name.StartsWith("OpenTelemetry", StringComparison.Ordinal)
                || name is "Kioto.dll" or "Kioto.AspNetCore.dll" or "Kioto.Extensions.dll" or "Kioto.Hosting.dll" or "Kioto.Testing.dll" or "netstandard.dll"))
            .Select(path => MetadataReference.CreateFromFile(path))];

    public static IEnumerable<TheoryDataRow<Snippet>> Snippets() => Snippet.All().Select(s => new TheoryDataRow<Snippet>(s));

    [Theory]
    [MemberData(nameof(Snippets))]
    public void CompilesAsAProgram(Snippet snippet)
    {
        ArgumentNullException.ThrowIfNull(snippet);

        // A block awaits futures, which only an async Future method does well: it becomes the body of one, unless it
        // is a program that says so with usings of its own. Types and local functions at its end stay behind it.
        string source = snippet.Code.StartsWith("using ", StringComparison.Ordinal) && snippet.Code.Contains("using Kioto;", StringComparison.Ordinal)
            ? snippet.Code
            : Wrap(snippet.Code);
        IEnumerable<Diagnostic> errors = Errors(source);

        Assert.True(!errors.Any(), $"{snippet}\n{string.Join('\n', errors)}\n{source}");
    }

    [Fact]
    public void TheReadmesExampleIsTheSample() =>
        Assert.Equal(
            File.ReadAllText(Path.Combine(Repository.Root, "samples/Readme/Program.cs")).Trim(),
            Snippet.All().First(s => s.Page == "README.md").Code.Trim());

    internal static IEnumerable<Diagnostic> Errors(string source) =>
        CSharpCompilation.Create(
            "Snippet",
            [CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.CSharp14), cancellationToken: TestContext.Current.CancellationToken)],
            s_references,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable))
            .GetDiagnostics(TestContext.Current.CancellationToken)
            .Where(d => d.Severity == DiagnosticSeverity.Error);

    internal static string Wrap(string code)
    {
        int types = code.IndexOf("\nsealed class ", StringComparison.Ordinal);
        string body = types < 0 ? code : code[..types];
        string rest = types < 0 ? "" : code[types..];
        return Usings + "Runtime.Run(Body);\n\nstatic async Future Body()\n{\n" + body + "\nawait Kio.YieldNow();\n}\n" + rest;
    }
}
