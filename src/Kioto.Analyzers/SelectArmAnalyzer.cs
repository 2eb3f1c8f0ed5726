using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kioto.Analyzers;

/// <summary>KIO0003: an operation marked <c>[NotCancelSafe]</c> as an arm of a select.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SelectArmAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.UnsafeSelectArm];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (KnownTypes.Of(start.Compilation) is { Kio: not null, NotCancelSafe: not null } types)
            {
                start.RegisterOperationAction(c => OnCall(c, types), OperationKind.Invocation);
            }
        });
    }

    private static void OnCall(OperationAnalysisContext context, KnownTypes types)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.TargetMethod.Name is not ("Select" or "SelectBiased") || !KnownTypes.Is(call.TargetMethod.ContainingType, types.Kio))
        {
            return;
        }

        foreach (IOperation arm in call.Arguments.SelectMany(a => Arms(a.Value)))
        {
            if (Operation(arm, types) is { } method && method.GetAttributes().Any(a => KnownTypes.Is(a.AttributeClass, types.NotCancelSafe)))
            {
                context.ReportDiagnostic(Diagnostic.Create(Rules.UnsafeSelectArm, arm.Syntax.GetLocation(), method.Name));
            }
        }
    }

    /// <summary>The arms of an argument: itself, or the elements of a list of arms.</summary>
    private static ImmutableArray<IOperation> Arms(IOperation argument) => argument.WithoutConversions() switch
    {
        IArrayCreationOperation { Initializer: { } initializer } => initializer.ElementValues,
        ICollectionExpressionOperation collection => collection.Elements,
        _ => [argument],
    };

    /// <summary>The method whose future is the arm, behind what only wraps it, or a local variable that holds it.</summary>
    private static IMethodSymbol? Operation(IOperation arm, KnownTypes types)
    {
        bool wasVariable = false;
        while (true)
        {
            arm = arm.WithoutConversions();
            switch (arm)
            {
                case IInvocationOperation call when Wrapped(call, types) is { } inner:
                    arm = inner;
                    break;
                case IInvocationOperation call:
                    return call.TargetMethod.OriginalDefinition;
                case ILocalReferenceOperation local when !wasVariable && OnlyValue(local) is { } value:
                    wasVariable = true;
                    arm = value;
                    break;
                default:
                    return null;
            }
        }
    }

    private static IOperation? Wrapped(IInvocationOperation call, KnownTypes types)
    {
        if (call.TargetMethod.Name is not ("When" or "Timeout" or "TimeoutAt" or "WithCancellation")
            || !KnownTypes.IsKioto(call.TargetMethod.ContainingType))
        {
            return null;
        }

        return call.Instance ?? call.Arguments.Select(a => a.Value).FirstOrDefault(v => types.IsFuture(v.Type) || types.IsFuture(v.WithoutConversions().Type));
    }

    /// <summary>What a local variable is initialized with, if nothing else is ever assigned to it.</summary>
    private static IOperation? OnlyValue(ILocalReferenceOperation reference)
    {
        IOperation? value = null;
        foreach (IOperation operation in reference.Root().Descendants())
        {
            switch (operation)
            {
                case IVariableDeclaratorOperation declarator when Same(declarator.Symbol):
                    value = declarator.GetVariableInitializer()?.Value;
                    break;
                case IAssignmentOperation assignment when Same(assignment.Target.Variable()):
                case IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } argument when Same(argument.Value.Variable()):
                    return null;
            }
        }

        return value;

        bool Same(ISymbol? symbol) => SymbolEqualityComparer.Default.Equals(symbol, reference.Local);
    }
}
