using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace Kioto.CodeFixes;

/// <summary>What the fixes share.</summary>
internal static class Fixes
{
    /// <summary>Offers to replace one node by another, laid out as the editor does.</summary>
    internal static void Replace(this CodeFixContext context, string title, SyntaxNode old, SyntaxNode @new) =>
        context.ReplaceExactly(title, old, @new.WithTriviaFrom(old).WithAdditionalAnnotations(Formatter.Annotation));

    /// <summary>Offers to replace one node by another, laid out as it is.</summary>
    internal static void ReplaceExactly(this CodeFixContext context, string title, SyntaxNode old, SyntaxNode replacement) =>
        context.RegisterCodeFix(
            CodeAction.Create(
                title,
                async cancellation =>
                {
                    SyntaxNode root = (await context.Document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false))!;
                    return context.Document.WithSyntaxRoot(root.ReplaceNode(old, replacement));
                },
                equivalenceKey: title),
            context.Diagnostics);

    /// <summary>The node that was reported.</summary>
    internal static async Task<SyntaxNode> ReportedNode(this CodeFixContext context)
    {
        SyntaxNode root = (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false))!;
        return root.FindNode(context.Span, getInnermostNodeForTie: true);
    }

    internal static ExpressionSyntax Await(ExpressionSyntax awaited, SyntaxNode place)
    {
        // Parsed, so that the token gets its space.
        var operand = awaited.WithoutTrivia();
        ExpressionSyntax wait = SyntaxFactory.AwaitExpression(
            SyntaxFactory.Token(SyntaxKind.AwaitKeyword).WithTrailingTrivia(SyntaxFactory.Space),
            NeedsParentheses(operand) ? SyntaxFactory.ParenthesizedExpression(operand) : operand);
        return place.Parent is MemberAccessExpressionSyntax or ElementAccessExpressionSyntax or InvocationExpressionSyntax
                or ConditionalAccessExpressionSyntax or PostfixUnaryExpressionSyntax
            ? SyntaxFactory.ParenthesizedExpression(wait)
            : wait;
    }

    /// <summary><c>Kio.name</c>, qualified where the namespace isn't imported.</summary>
    internal static ExpressionSyntax Kio(string name) =>
        SyntaxFactory.ParseExpression("global::Kioto.Kio." + name).WithAdditionalAnnotations(Simplifier.Annotation);

    internal static ExpressionSyntax Call(ExpressionSyntax method, params ExpressionSyntax[] arguments) =>
        SyntaxFactory.InvocationExpression(
            method,
            SyntaxFactory.ArgumentList(SyntaxFactory.SeparatedList(arguments.Select(a => SyntaxFactory.Argument(a.WithoutTrivia())))));

    /// <summary>Whether an <c>await</c> may be written there: in async code, outside locks, filters and queries.</summary>
    internal static bool CanAwait(SyntaxNode node)
    {
        for (SyntaxNode? outer = node.Parent; outer is not null; outer = outer.Parent)
        {
            switch (outer)
            {
                case LockStatementSyntax or CatchFilterClauseSyntax or QueryExpressionSyntax:
                    return false;
                case AnonymousFunctionExpressionSyntax lambda:
                    return lambda.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword);
                case LocalFunctionStatementSyntax local:
                    return local.Modifiers.Any(SyntaxKind.AsyncKeyword);
                case MethodDeclarationSyntax method:
                    return method.Modifiers.Any(SyntaxKind.AsyncKeyword);
                case MemberDeclarationSyntax and not GlobalStatementSyntax:
                    return false;
            }
        }

        // Statements at the top level.
        return true;
    }

    private static bool NeedsParentheses(ExpressionSyntax expression) => expression
        is BinaryExpressionSyntax or ConditionalExpressionSyntax or AssignmentExpressionSyntax or SwitchExpressionSyntax
        or AnonymousFunctionExpressionSyntax;

    internal static async Task<ITypeSymbol?> TypeOf(this CodeFixContext context, ExpressionSyntax expression, CancellationToken cancellation)
    {
        SemanticModel? model = await context.Document.GetSemanticModelAsync(cancellation).ConfigureAwait(false);
        return model?.GetTypeInfo(expression, cancellation).Type;
    }
}
