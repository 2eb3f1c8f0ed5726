using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kioto.CodeFixes;

/// <summary>Lets cancellation pass a clause that catches everything.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class SwallowedCancellationFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KIO0005"];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode node = await context.ReportedNode().ConfigureAwait(false);
        if (node.FirstAncestorOrSelf<CatchClauseSyntax>() is not { } clause)
        {
            return;
        }

        string name = clause.Declaration is { Identifier: { ValueText: { Length: > 0 } given } } ? given : FreeName(clause);
        CatchDeclarationSyntax declaration = SyntaxFactory.CatchDeclaration(
            (clause.Declaration?.Type ?? SyntaxFactory.ParseTypeName(await Name("Exception").ConfigureAwait(false)))
                .WithoutTrivia().WithTrailingTrivia(SyntaxFactory.Space),
            SyntaxFactory.Identifier(name));
        string test = $"{name} is not {await Name("OperationCanceledException").ConfigureAwait(false)}";
        ExpressionSyntax condition = clause.Filter is { } filter
            ? SyntaxFactory.ParseExpression($"({filter.FilterExpression.WithoutTrivia()}) && {test}")
            : SyntaxFactory.ParseExpression(test);
        CatchFilterClauseSyntax when = SyntaxFactory.CatchFilterClause(
            SyntaxFactory.Token(SyntaxKind.WhenKeyword).WithTrailingTrivia(SyntaxFactory.Space),
            SyntaxFactory.Token(SyntaxKind.OpenParenToken),
            condition,
            SyntaxFactory.Token(SyntaxKind.CloseParenToken));

        // The line ends after the clause's head, whatever that was.
        SyntaxTriviaList end = clause.Filter?.GetTrailingTrivia() ?? clause.Declaration?.GetTrailingTrivia() ?? clause.CatchKeyword.TrailingTrivia;
        context.ReplaceExactly("Let cancellation pass", clause, clause
            .WithCatchKeyword(clause.CatchKeyword.WithTrailingTrivia(SyntaxFactory.Space))
            .WithDeclaration(declaration.WithTrailingTrivia(SyntaxFactory.Space))
            .WithFilter(when.WithTrailingTrivia(end)));

        async Task<string> Name(string type)
        {
            SemanticModel? model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
            return model!.LookupNamespacesAndTypes(clause.SpanStart, name: type).IsEmpty ? $"System.{type}" : type;
        }
    }

    private static string FreeName(CatchClauseSyntax clause)
    {
        SyntaxNode function = clause.FirstAncestorOrSelf<MemberDeclarationSyntax>() ?? clause.SyntaxTree.GetRoot();
        string name = "exception";
        for (int i = 2; function.DescendantTokens().Any(t => t.IsKind(SyntaxKind.IdentifierToken) && t.ValueText == name); i++)
        {
            name = $"exception{i}";
        }

        return name;
    }
}
