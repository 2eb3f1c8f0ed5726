using System.Collections.Immutable;
using System.Composition;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kioto.CodeFixes;

/// <summary>Awaits a future that was dropped, or runs it on its own.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class UnusedFutureFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KIO0001"];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode node = await context.ReportedNode().ConfigureAwait(false);
        if (node is not ExpressionSyntax dropped || node is ConditionalAccessExpressionSyntax)
        {
            return;
        }

        ExpressionSyntax future = dropped is AssignmentExpressionSyntax discard ? discard.Right : dropped;
        if (Fixes.CanAwait(dropped))
        {
            context.Replace("Await the future", dropped, Fixes.Await(future, dropped));
        }

        // Nobody takes the result of a detached task, so Detach takes no Future<T>.
        bool hasResult = await context.TypeOf(future, context.CancellationToken).ConfigureAwait(false) is INamedTypeSymbol { Arity: > 0 };
        if (hasResult)
        {
            context.Replace("Run it with Kio.Spawn", dropped, SyntaxFactory.AssignmentExpression(
                SyntaxKind.SimpleAssignmentExpression,
                SyntaxFactory.IdentifierName("_"),
                Fixes.Call(Fixes.Kio("Spawn"), future)));
        }
        else
        {
            context.Replace("Run it with Kio.Detach", dropped, Fixes.Call(Fixes.Kio("Detach"), future));
        }
    }
}
