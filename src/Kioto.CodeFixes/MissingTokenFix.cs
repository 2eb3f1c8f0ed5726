using System.Collections.Immutable;
using System.Composition;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using Kioto.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kioto.CodeFixes;

/// <summary>Passes the ambient cancellation token.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class MissingTokenFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KIO0006"];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        ImmutableDictionary<string, string?> properties = context.Diagnostics[0].Properties;
        if (await context.ReportedNode().ConfigureAwait(false) is not InvocationExpressionSyntax call
            || properties[MissingTokenAnalyzer.Parameter] is not { } parameter)
        {
            return;
        }

        SeparatedSyntaxList<ArgumentSyntax> arguments = call.ArgumentList.Arguments;
        ArgumentSyntax token = SyntaxFactory.Argument(Fixes.Kio("CancellationToken"));
        bool isNext = properties[MissingTokenAnalyzer.Position] == arguments.Count.ToString(CultureInfo.InvariantCulture)
            && arguments.All(a => a.NameColon is null);
        if (!isNext)
        {
            token = token.WithNameColon(SyntaxFactory.NameColon(parameter));
        }

        context.Replace(
            "Pass Kio.CancellationToken",
            call,
            call.WithArgumentList(call.ArgumentList.WithArguments(arguments.Add(token))));
    }
}
