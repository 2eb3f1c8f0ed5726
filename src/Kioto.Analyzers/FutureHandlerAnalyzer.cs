using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kioto.Analyzers;

/// <summary>KIO0008: a handler of ASP.NET Core's endpoints that returns a future or the handle of a task.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class FutureHandlerAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.FutureHandler];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (KnownTypes.Of(start.Compilation) is { Endpoints: not null } types)
            {
                start.RegisterOperationAction(c => OnArgument(c, types), OperationKind.Argument);
            }
        });
    }

    private static void OnArgument(OperationAnalysisContext context, KnownTypes types)
    {
        var argument = (IArgumentOperation)context.Operation;
        if (KnownTypes.Is(argument.Parameter?.Type, types.Delegate)
            && argument.Parent is IInvocationOperation { TargetMethod: { } method }
            && KnownTypes.Is(method.ContainingType, types.Endpoints)
            && Returned(argument.Value.WithoutConversions()) is { } type
            && (types.IsFuture(type) || types.IsJoinHandle(type)))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Rules.FutureHandler,
                argument.Value.Syntax.GetLocation(),
                type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)));
        }
    }

    // Of a lambda, a method, or a variable with a delegate.
    private static ITypeSymbol? Returned(IOperation handler) => handler switch
    {
        IDelegateCreationOperation creation => Returned(creation.Target.WithoutConversions()),
        IAnonymousFunctionOperation lambda => lambda.Symbol.ReturnType,
        IMethodReferenceOperation group => group.Method.ReturnType,
        _ => (handler.Type as INamedTypeSymbol)?.DelegateInvokeMethod?.ReturnType,
    };
}
