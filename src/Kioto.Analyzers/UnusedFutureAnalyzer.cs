using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kioto.Analyzers;

/// <summary>KIO0001: a future that is never awaited, spawned, returned, stored or passed on.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnusedFutureAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.UnusedFuture];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (KnownTypes.Of(start.Compilation) is { } types)
            {
                start.RegisterOperationAction(c => OnStatement(c, types), OperationKind.ExpressionStatement);
                start.RegisterOperationAction(c => OnVariable(c, types), OperationKind.VariableDeclarator);
            }
        });
    }

    private static void OnStatement(OperationAnalysisContext context, KnownTypes types)
    {
        IOperation operation = ((IExpressionStatementOperation)context.Operation).Operation.WithoutConversions();
        IOperation? dropped = operation switch
        {
            ISimpleAssignmentOperation { Target: IDiscardOperation } discard => discard.Value.WithoutConversions(),
            IAssignmentOperation => null,
            IConditionalAccessOperation conditional => Last(conditional),
            _ => operation,
        };
        if (dropped is not null && types.IsFuture(dropped.Type))
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.UnusedFuture, operation.Syntax.GetLocation(), Name(dropped)));
        }
    }

    private static void OnVariable(OperationAnalysisContext context, KnownTypes types)
    {
        var declarator = (IVariableDeclaratorOperation)context.Operation;
        if (declarator.GetVariableInitializer() is null || !types.IsFuture(declarator.Symbol.Type))
        {
            return;
        }

        bool isRead = declarator.Root().Descendants().Any(o =>
            o is ILocalReferenceOperation reference
            && SymbolEqualityComparer.Default.Equals(reference.Local, declarator.Symbol)
            && !(reference.Parent is ISimpleAssignmentOperation assignment && assignment.Target == reference));
        if (!isRead)
        {
            Location name = declarator.Symbol.Locations.FirstOrDefault() ?? declarator.Syntax.GetLocation();
            context.ReportDiagnostic(Diagnostic.Create(Rules.UnusedFuture, name, declarator.Symbol.Name));
        }
    }

    /// <summary>What <c>a?.b?.C()</c> ends in.</summary>
    private static IOperation Last(IConditionalAccessOperation conditional)
    {
        IOperation last = conditional.WhenNotNull;
        while (last is IConditionalAccessOperation inner)
        {
            last = inner.WhenNotNull;
        }

        return last;
    }

    private static string Name(IOperation operation) => operation switch
    {
        IInvocationOperation invocation => invocation.TargetMethod.Name,
        _ => operation.Variable()?.Name ?? operation.Syntax.ToString(),
    };
}
