using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kioto.Analyzers;

/// <summary>KIO0006: a Task-based call that could take the ambient cancellation token and doesn't.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MissingTokenAnalyzer : DiagnosticAnalyzer
{
    /// <summary>The name of the parameter that takes the token, for the fix.</summary>
    internal const string Parameter = nameof(Parameter);

    /// <summary>Where the token stands among the arguments; -1 if it must be named.</summary>
    internal const string Position = nameof(Position);

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.MissingToken];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (KnownTypes.Of(start.Compilation) is { } types && types.Kio?.GetMembers("CancellationToken").IsEmpty == false)
            {
                start.RegisterOperationAction(c => OnAwait(c, types), OperationKind.Await);
                start.RegisterOperationAction(c => OnLoop(c, types), OperationKind.Loop);
                start.RegisterOperationAction(c => OnInitializer(c, types), OperationKind.VariableDeclarator);
            }
        });
    }

    private static void OnAwait(OperationAnalysisContext context, KnownTypes types)
    {
        var wait = (IAwaitOperation)context.Operation;
        if (ForeignCall(wait, types) is { } call)
        {
            OnCall(context, call, types);
        }
    }

    private static void OnLoop(OperationAnalysisContext context, KnownTypes types)
    {
        if (context.Operation is not IForEachLoopOperation { IsAsynchronous: true } loop)
        {
            return;
        }

        // foreach (... in call()) and foreach (... in call().ConfigureAwait(false)), which is an extension here.
        IOperation sequence = loop.Collection.WithoutConversions();
        if (sequence is IInvocationOperation { TargetMethod: { Name: "ConfigureAwait", IsExtensionMethod: true }, Arguments.Length: > 0 } configured)
        {
            sequence = configured.Arguments[0].Value.WithoutConversions();
        }

        if (sequence is IInvocationOperation call && types.IsAsyncEnumerable(call.Type))
        {
            OnCall(context, call, types);
        }
    }

    private static void OnCall(OperationAnalysisContext context, IInvocationOperation call, KnownTypes types)
    {
        if (!types.IsAsyncFuture(call.Function(context.ContainingSymbol))
            || IsCleanup(call, context.ContainingSymbol)
            || call.Arguments.Any(a => a.ArgumentKind != ArgumentKind.DefaultValue && IsToken(a.Value.WithoutConversions().Type, types)))
        {
            return;
        }

        IParameterSymbol? token = call.Arguments
            .FirstOrDefault(a => a.ArgumentKind == ArgumentKind.DefaultValue && IsToken(a.Parameter?.Type, types))?.Parameter
            ?? Overloads(call).Select(overload => TokenOf(overload, call.TargetMethod, types)).FirstOrDefault(p => p is not null);
        if (token is not null)
        {
            int position = call.TargetMethod.IsExtensionMethod ? -1 : token.Ordinal;
            context.ReportDiagnostic(Diagnostic.Create(
                Rules.MissingToken,
                call.Syntax.GetLocation(),
                ImmutableDictionary<string, string?>.Empty
                    .Add(Parameter, token.Name)
                    .Add(Position, position.ToString(CultureInfo.InvariantCulture)),
                call.TargetMethod.Name));
        }
    }

    /// <summary>The call in <c>await call()</c> and <c>await call().ConfigureAwait(false)</c>.</summary>
    private static IInvocationOperation? ForeignCall(IAwaitOperation wait, KnownTypes types) =>
        Awaited(wait) is IInvocationOperation call && types.IsTask(call.Type) ? call : null;

    private static IOperation Awaited(IAwaitOperation wait)
    {
        IOperation awaited = wait.Operation.WithoutConversions();
        return awaited is IInvocationOperation { TargetMethod.Name: "ConfigureAwait", Instance: { } configured }
            ? configured.WithoutConversions()
            : awaited;
    }

    /// <summary>A call in <c>var t = call();</c>, where the function awaits <c>t</c>, which nothing else is assigned to.</summary>
    private static void OnInitializer(OperationAnalysisContext context, KnownTypes types)
    {
        var declarator = (IVariableDeclaratorOperation)context.Operation;
        if (declarator.GetVariableInitializer()?.Value.WithoutConversions() is IInvocationOperation call
            && types.IsTask(call.Type)
            && declarator.FunctionBody().OwnDescendants().OfType<IAwaitOperation>().Any(IsOfVariable))
        {
            OnCall(context, call, types);
        }

        bool IsOfVariable(IAwaitOperation wait) =>
            Awaited(wait) is ILocalReferenceOperation local
            && SymbolEqualityComparer.Default.Equals(local.Local, declarator.Symbol)
            && local.OnlyValue() is not null;
    }

    /// <summary>Cleanup must not get the token: by then it is cancelled.</summary>
    private static bool IsCleanup(IOperation operation, ISymbol containing)
    {
        for (IOperation inner = operation; inner.Parent is { } outer; inner = outer)
        {
            switch (outer)
            {
                case IAnonymousFunctionOperation or ILocalFunctionOperation:
                    return false;
                case ICatchClauseOperation:
                case ITryOperation attempt when attempt.Finally == inner:
                    return true;
            }
        }

        return containing.Name == "DisposeAsync";
    }

    private static IEnumerable<IMethodSymbol> Overloads(IInvocationOperation call)
    {
        IMethodSymbol method = call.TargetMethod;
        INamespaceOrTypeSymbol container = call.Instance?.Type ?? method.ContainingType;
        return call.SemanticModel!.LookupSymbols(call.Syntax.SpanStart, container, method.Name).OfType<IMethodSymbol>();
    }

    /// <summary>The token's parameter, if the overload takes what the method takes, then a token, and nothing else that must be given.</summary>
    private static IParameterSymbol? TokenOf(IMethodSymbol overload, IMethodSymbol method, KnownTypes types)
    {
        if (overload.IsStatic != method.IsStatic
            || overload.Arity != method.Arity
            || overload.Parameters.Length <= method.Parameters.Length
            || overload.GetAttributes().Any(a => a.AttributeClass is { Name: "ObsoleteAttribute" }))
        {
            return null;
        }

        if (method.Arity > 0)
        {
            overload = overload.OriginalDefinition.ContainingType.Equals(method.OriginalDefinition.ContainingType, SymbolEqualityComparer.Default)
                ? overload.Construct([.. method.TypeArguments])
                : overload;
        }

        for (int i = 0; i < method.Parameters.Length; i++)
        {
            if (!SymbolEqualityComparer.Default.Equals(overload.Parameters[i].Type, method.Parameters[i].Type)
                || overload.Parameters[i].RefKind != method.Parameters[i].RefKind
                || overload.Parameters[i].IsParams != method.Parameters[i].IsParams)
            {
                return null;
            }
        }

        IParameterSymbol[] more = [.. overload.Parameters.Skip(method.Parameters.Length)];
        IParameterSymbol? token = more.FirstOrDefault(p => IsToken(p.Type, types));
        bool fits = token is not null
            && more.All(p => SymbolEqualityComparer.Default.Equals(p, token) || p.IsOptional)
            && SymbolEqualityComparer.Default.Equals(overload.ReturnType, method.ReturnType);
        return fits ? token : null;
    }

    private static bool IsToken(ITypeSymbol? type, KnownTypes types) => KnownTypes.Is(type, types.CancellationToken);
}
