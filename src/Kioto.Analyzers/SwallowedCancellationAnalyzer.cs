using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace Kioto.Analyzers;

/// <summary>KIO0005: a clause that catches every exception of an await, cancellation included, and goes on.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SwallowedCancellationAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.SwallowedCancellation];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (KnownTypes.Of(start.Compilation) is { } types)
            {
                start.RegisterOperationAction(c => OnTry(c, types), OperationKind.Try);
            }
        });
    }

    private static void OnTry(OperationAnalysisContext context, KnownTypes types)
    {
        var attempt = (ITryOperation)context.Operation;
        if (attempt.Catches.IsEmpty
            || !types.IsAsyncFuture(attempt.Function(context.ContainingSymbol))
            || !attempt.Body.OwnDescendants().Any(Awaits))
        {
            return;
        }

        foreach (ICatchClauseOperation clause in attempt.Catches)
        {
            if (KnownTypes.Is(clause.ExceptionType, types.OperationCanceled) || KnownTypes.Is(clause.ExceptionType, types.FutureCancelled))
            {
                return;
            }

            if (CatchesAll(clause, types) && !PassesOn(clause))
            {
                var syntax = (CatchClauseSyntax)clause.Syntax;
                Location place = Location.Create(
                    syntax.SyntaxTree,
                    TextSpan.FromBounds(
                        syntax.CatchKeyword.SpanStart, (syntax.Declaration?.Span ?? syntax.CatchKeyword.Span).End));
                string variable = syntax.Declaration is { Identifier: { ValueText: { Length: > 0 } name } } ? name : "exception";
                context.ReportDiagnostic(Diagnostic.Create(Rules.SwallowedCancellation, place, variable));
                return;
            }
        }
    }

    private static bool Awaits(IOperation operation) => operation
        is IAwaitOperation or IForEachLoopOperation { IsAsynchronous: true } or IUsingOperation { IsAsynchronous: true }
        or IUsingDeclarationOperation { IsAsynchronous: true };

    /// <summary>A filter that looks at the exception, or asks somebody, may let cancellation pass.</summary>
    private static bool CatchesAll(ICatchClauseOperation clause, KnownTypes types)
    {
        if (clause.ExceptionType is { SpecialType: not SpecialType.System_Object } type && !KnownTypes.Is(type, types.Exception))
        {
            return false;
        }

        return clause.Filter is not { } filter || !filter.DescendantsAndSelf().Any(o =>
            o is IInvocationOperation
            || o is IPropertyReferenceOperation { Property.Name: "IsCancellationRequested" }
            || clause.Locals.Any(local => SymbolEqualityComparer.Default.Equals(local, o.Variable())));
    }

    /// <summary>Whether the exception goes anywhere: thrown again, or kept or returned in whatever form.</summary>
    private static bool PassesOn(ICatchClauseOperation clause)
    {
        return clause.Handler.OwnDescendants().Any(operation => operation switch
        {
            IThrowOperation => true,
            IInvocationOperation call => call.TargetMethod.Name
                is "Capture" or "Throw" or "SetException" or "TrySetException" or "FailFast" or "Exit",
            ISimpleAssignmentOperation assignment => IsCaught(assignment.Value),
            IReturnOperation { ReturnedValue: { } value } => IsCaught(value),
            _ => false,
        });

        bool IsCaught(IOperation value) => clause.Locals.Any(local => value.Mentions(local));
    }
}
