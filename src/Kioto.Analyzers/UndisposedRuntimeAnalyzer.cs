using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kioto.Analyzers;

/// <summary>KIO0007: a runtime that is built, used, and neither disposed nor given to anybody.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UndisposedRuntimeAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.UndisposedRuntime];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (KnownTypes.Of(start.Compilation) is { RuntimeBuilder: not null } types)
            {
                start.RegisterOperationAction(c => OnCall(c, types), OperationKind.Invocation);
                start.RegisterOperationAction(c => OnVariable(c, types), OperationKind.VariableDeclarator);
            }
        });
    }

    private static void OnCall(OperationAnalysisContext context, KnownTypes types)
    {
        if (!Builds(context.Operation, types))
        {
            return;
        }

        IOperation runtime = context.Operation;
        while (runtime.Parent is IConversionOperation or IParenthesizedOperation)
        {
            runtime = runtime.Parent;
        }

        bool isDropped = runtime.Parent is IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation };
        if (isDropped || OnlyUses(runtime.Parent, runtime, types))
        {
            string name = ((IInvocationOperation)context.Operation).TargetMethod.Name;
            context.ReportDiagnostic(Diagnostic.Create(Rules.UndisposedRuntime, context.Operation.Syntax.GetLocation(), name));
        }
    }

    private static void OnVariable(OperationAnalysisContext context, KnownTypes types)
    {
        var declarator = (IVariableDeclaratorOperation)context.Operation;
        if (declarator.GetVariableInitializer() is { } initializer
            && Builds(initializer.Value.WithoutConversions(), types)
            && IsOnlyUsed(declarator, types))
        {
            Location name = declarator.Symbol.Locations.FirstOrDefault() ?? declarator.Syntax.GetLocation();
            context.ReportDiagnostic(Diagnostic.Create(Rules.UndisposedRuntime, name, declarator.Symbol.Name));
        }
    }

    private static bool Builds(IOperation operation, KnownTypes types) =>
        operation is IInvocationOperation { TargetMethod: { Name: "Build" or "BuildLocal" } method }
        && KnownTypes.Is(method.ContainingType, types.RuntimeBuilder);

    // Whoever gets it as an argument, or as a value, may dispose of it.
    private static bool IsOnlyUsed(IVariableDeclaratorOperation declarator, KnownTypes types)
    {
        for (IOperation? outer = declarator.Parent; outer is not null and not IBlockOperation; outer = outer.Parent)
        {
            if (outer is IUsingDeclarationOperation or IUsingOperation)
            {
                return false;
            }
        }

        return declarator.Root().Descendants().All(o =>
            o is not ILocalReferenceOperation reference
            || !SymbolEqualityComparer.Default.Equals(reference.Local, declarator.Symbol)
            || OnlyUses(reference.Parent, reference, types));
    }

    // Whether it is a member of the runtime, which neither ends it nor is another form of it.
    private static bool OnlyUses(IOperation? user, IOperation runtime, KnownTypes types) => user switch
    {
        IInvocationOperation call =>
            call.Instance == runtime && !Ends(call.TargetMethod.Name) && !KnownTypes.Is(call.Type, types.Runtime),
        IPropertyReferenceOperation property => property.Instance == runtime,
        _ => false, // A delegate of a member too: of Dispose, perhaps.
    };

    private static bool Ends(string method) => method is "Dispose" or "ShutdownAsync" or "ShutdownTimeout" or "ShutdownBackground";
}
