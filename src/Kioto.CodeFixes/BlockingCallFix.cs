using System.Collections.Immutable;
using System.Composition;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace Kioto.CodeFixes;

/// <summary>Awaits what blocked.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class BlockingCallFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KIO0002"];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode node = await context.ReportedNode().ConfigureAwait(false);
        if (node is ExpressionSyntax blocking
            && Fixes.CanAwait(blocking)
            && await Awaitable(context, blocking).ConfigureAwait(false) is { } awaitable)
        {
            context.Replace("Await instead of blocking", blocking, Fixes.Await(awaitable, blocking));
        }
    }

    private static async Task<ExpressionSyntax?> Awaitable(CodeFixContext context, ExpressionSyntax blocking)
    {
        if (blocking is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Result" } result)
        {
            return result.Expression;
        }

        SemanticModel? model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (blocking is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } call
            || model?.GetSymbolInfo(call, context.CancellationToken).Symbol is not IMethodSymbol method)
        {
            return null;
        }

        ExpressionSyntax? argument = call.ArgumentList.Arguments.Count == 1 ? call.ArgumentList.Arguments[0].Expression : null;
        return method.Name switch
        {
            "Wait" when call.ArgumentList.Arguments.Count == 0 => access.Expression,
            "GetResult" => ((access.Expression as InvocationExpressionSyntax)?.Expression as MemberAccessExpressionSyntax)?.Expression,
            "WaitAll" when method.Parameters.Length == 1 => call.WithExpression(access.WithName(SyntaxFactory.IdentifierName("WhenAll"))),
            "Sleep" when argument is not null => Fixes.Call(Fixes.Kio("Sleep"), Duration(argument, method)),
            "BlockOn" when argument is not null => Fixes.Call(
                access.WithName(SyntaxFactory.IdentifierName(method.ContainingType.Name == "LocalSet" ? "RunUntilAsync" : "Spawn")), argument),
            "Run" when argument is not null => Fixes.Call(Fixes.Kio("Spawn"), argument),
            _ => null,
        };
    }

    private static ExpressionSyntax Duration(ExpressionSyntax argument, IMethodSymbol sleep) =>
        sleep.Parameters[0].Type.SpecialType == SpecialType.System_Int32
            ? Fixes.Call(
                SyntaxFactory.ParseExpression("global::System.TimeSpan.FromMilliseconds").WithAdditionalAnnotations(Simplifier.Annotation),
                argument)
            : argument;
}
