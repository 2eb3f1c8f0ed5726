using System.Collections.Immutable;
using System.Composition;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kioto.CodeFixes;

/// <summary>Declares a runtime with <c>using</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class UndisposedRuntimeFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KIO0007"];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode node = await context.ReportedNode().ConfigureAwait(false);
        if (node is VariableDeclaratorSyntax { Parent.Parent: LocalDeclarationStatementSyntax declaration }
            && declaration is { Declaration.Variables.Count: 1, Parent: BlockSyntax or GlobalStatementSyntax })
        {
            context.Replace(
                "Declare it with using",
                declaration,
                declaration.WithoutLeadingTrivia().WithUsingKeyword(
                    SyntaxFactory.Token(SyntaxKind.UsingKeyword).WithTrailingTrivia(SyntaxFactory.Space)));
        }
    }
}
