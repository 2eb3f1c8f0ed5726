using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kioto.Analyzers;

/// <summary>KIO0004: the same future awaited or passed on twice.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AwaitedTwiceAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.AwaitedTwice];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (KnownTypes.Of(start.Compilation) is { } types)
            {
                start.RegisterOperationBlockAction(c => OnBlocks(c, types));
            }
        });
    }

    private static void OnBlocks(OperationBlockAnalysisContext context, KnownTypes types)
    {
        foreach (IOperation block in context.OperationBlocks)
        {
            ImmutableHashSet<ISymbol> candidates = Candidates(block, types);
            if (!candidates.IsEmpty)
            {
                Analyze(context.GetControlFlowGraph(block), candidates, types, context);
            }
        }
    }

    private static void Analyze(
        ControlFlowGraph graph, ImmutableHashSet<ISymbol> candidates, KnownTypes types, OperationBlockAnalysisContext context)
    {
        foreach (IOperation use in new UsePaths(graph, candidates, types).SecondUses())
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.AwaitedTwice, use.Syntax.GetLocation(), use.Variable()!.Name));
        }

        foreach (IMethodSymbol local in graph.LocalFunctions)
        {
            Analyze(graph.GetLocalFunctionControlFlowGraph(local, context.CancellationToken), candidates, types, context);
        }

        foreach (IFlowAnonymousFunctionOperation lambda in graph.Blocks
            .SelectMany(b => b.BranchValue is null ? b.Operations : b.Operations.Add(b.BranchValue))
            .SelectMany(o => o.DescendantsAndSelf())
            .OfType<IFlowAnonymousFunctionOperation>())
        {
            Analyze(graph.GetAnonymousFunctionControlFlowGraph(lambda, context.CancellationToken), candidates, types, context);
        }
    }

    /// <summary>
    /// Local variables and parameters of a future's type that are worth a look at the paths: consumed at two places, or
    /// at one inside a loop; not touched by a nested function, whose time nobody knows; and never given a ready future,
    /// which may be awaited any number of times.
    /// </summary>
    private static ImmutableHashSet<ISymbol> Candidates(IOperation block, KnownTypes types)
    {
        Dictionary<ISymbol, int>? uses = null;
        HashSet<ISymbol>? excluded = null;
        foreach (IOperation operation in block.Descendants())
        {
            switch (operation)
            {
                case ILocalReferenceOperation or IParameterReferenceOperation when types.IsFuture(operation.Type):
                    ISymbol variable = operation.Variable()!;
                    if (IsCaptured(operation, variable))
                    {
                        Exclude(variable);
                    }
                    else if (FutureUses.Of(operation, types) == FutureUse.Consumed)
                    {
                        uses ??= new Dictionary<ISymbol, int>(SymbolEqualityComparer.Default);
                        uses.TryGetValue(variable, out int count);
                        uses[variable] = count + (IsInLoop(operation) ? 2 : 1);
                    }

                    break;
                case IVariableDeclaratorOperation declarator when types.IsFuture(declarator.Symbol.Type)
                        && declarator.GetVariableInitializer() is { Value: var value } && IsReady(value):
                    Exclude(declarator.Symbol);
                    break;
                case ISimpleAssignmentOperation { Target: var target, Value: var assigned } when types.IsFuture(target.Type)
                        && target.Variable() is { } ready && IsReady(assigned):
                    Exclude(ready);
                    break;
            }
        }

        return uses is null
            ? []
            : ImmutableHashSet.CreateRange<ISymbol>(
                SymbolEqualityComparer.Default,
                uses.Where(u => u.Value > 1 && excluded?.Contains(u.Key) != true).Select(u => u.Key));

        void Exclude(ISymbol variable) => (excluded ??= new HashSet<ISymbol>(SymbolEqualityComparer.Default)).Add(variable);
    }

    private static bool IsReady(IOperation value) => value.WithoutConversions()
        is IDefaultValueOperation
        or IObjectCreationOperation
        or IPropertyReferenceOperation { Property.Name: "Completed" }
        or IInvocationOperation { TargetMethod.Name: "FromResult" };

    private static bool IsCaptured(IOperation reference, ISymbol variable)
    {
        IMethodSymbol? function = null;
        for (IOperation? outer = reference.Parent; outer is not null && function is null; outer = outer.Parent)
        {
            function = (outer as IAnonymousFunctionOperation)?.Symbol ?? (outer as ILocalFunctionOperation)?.Symbol;
        }

        return function is not null && !SymbolEqualityComparer.Default.Equals(variable.ContainingSymbol, function);
    }

    private static bool IsInLoop(IOperation operation)
    {
        // A jump back makes a loop too.
        for (IOperation? outer = operation.Parent; outer is not null; outer = outer.Parent)
        {
            if (outer is ILoopOperation or ILabeledOperation)
            {
                return true;
            }
        }

        return false;
    }
}
