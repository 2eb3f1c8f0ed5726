using System.Collections.Generic;
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
            if (Operations(arm, types).FirstOrDefault(IsUnsafe) is { } method)
            {
                context.ReportDiagnostic(Diagnostic.Create(Rules.UnsafeSelectArm, arm.Syntax.GetLocation(), method.Name));
            }
        }

        bool IsUnsafe(IMethodSymbol method) => method.GetAttributes().Any(a => KnownTypes.Is(a.AttributeClass, types.NotCancelSafe));
    }

    /// <summary>The arms of an argument: itself, or the elements of a list of arms.</summary>
    private static ImmutableArray<IOperation> Arms(IOperation argument) => argument.WithoutConversions() switch
    {
        IArrayCreationOperation { Initializer: { } initializer } => initializer.ElementValues,
        ICollectionExpressionOperation collection => collection.Elements,
        _ => [argument],
    };

    /// <summary>
    /// The methods whose futures the arm is made of, behind what only wraps or joins them, or a local variable that
    /// holds one.
    /// </summary>
    private static IEnumerable<IMethodSymbol> Operations(IOperation arm, KnownTypes types)
    {
        var rest = new Stack<IOperation>();
        rest.Push(arm);
        bool wasVariable = false;
        while (rest.Count > 0)
        {
            switch (rest.Pop().WithoutConversions())
            {
                case IInvocationOperation call when Inside(call, types) is { } inside:
                    foreach (IOperation part in inside.Reverse())
                    {
                        rest.Push(part);
                    }

                    break;
                case IInvocationOperation call:
                    yield return call.TargetMethod.OriginalDefinition;
                    break;
                case ILocalReferenceOperation local when !wasVariable && local.OnlyValue() is { } value:
                    wasVariable = true;
                    rest.Push(value);
                    break;
            }
        }
    }

    /// <summary>What a call passes on: the future that it wraps, or the arms that it joins. Null for any other call.</summary>
    private static IEnumerable<IOperation>? Inside(IInvocationOperation call, KnownTypes types)
    {
        switch (call.TargetMethod.Name)
        {
            case "When" or "Timeout" or "TimeoutAt" or "WithCancellation" or "AsUnit" when KnownTypes.IsKioto(call.TargetMethod.ContainingType):
            case "Shield" when KnownTypes.Is(call.TargetMethod.ContainingType, types.Kio):
                return (call.Instance ?? call.Arguments.Select(a => a.Value).FirstOrDefault(v => IsFuture(v))) is { } wrapped ? [wrapped] : null;
            case "Join" or "TryJoin" or "JoinBiased" or "TryJoinBiased" when KnownTypes.Is(call.TargetMethod.ContainingType, types.Kio):
                return call.Arguments.SelectMany(a => Arms(a.Value));
            default:
                return null;
        }

        bool IsFuture(IOperation value) => types.IsFuture(value.Type) || types.IsFuture(value.WithoutConversions().Type);
    }
}
