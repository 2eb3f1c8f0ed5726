using System;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kioto.Analyzers;

/// <summary>KIO0002: a call that blocks inside an <c>async Future</c> function.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BlockingCallAnalyzer : DiagnosticAnalyzer
{
    private const string AwaitIt = "await it";

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.BlockingCall];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (KnownTypes.Of(start.Compilation) is { } types)
            {
                start.RegisterOperationAction(c => OnProperty(c, types), OperationKind.PropertyReference);
                start.RegisterOperationAction(c => OnCall(c, types), OperationKind.Invocation);
            }
        });
    }

    private static void OnProperty(OperationAnalysisContext context, KnownTypes types)
    {
        var property = (IPropertyReferenceOperation)context.Operation;
        if (property.Property.Name == "Result"
            && types.IsTask(property.Property.ContainingType)
            && property.Instance is { } task)
        {
            Report(context, types, property, task, "Result", AwaitIt);
        }
    }

    private static void OnCall(OperationAnalysisContext context, KnownTypes types)
    {
        var call = (IInvocationOperation)context.Operation;
        IMethodSymbol method = call.TargetMethod;
        switch (method.Name)
        {
            case "Wait" when types.IsTask(method.ContainingType) && !IsZero(call):
                Report(context, types, call, call.Instance, "Wait", AwaitIt);
                break;
            case "WaitAll" or "WaitAny" when types.IsTask(method.ContainingType):
                Report(context, types, call, null, method.Name, $"await 'Task.When{method.Name.Substring(4)}'");
                break;
            case "GetResult" when call.Instance?.WithoutConversions() is IInvocationOperation { TargetMethod.Name: "GetAwaiter" } awaiter
                    && AwaitedTask(awaiter, types) is { } task:
                Report(context, types, call, task, "GetAwaiter().GetResult()", AwaitIt);
                break;
            case "Sleep" when KnownTypes.Is(method.ContainingType, types.Thread) && !IsZero(call):
                Report(context, types, call, null, "Thread.Sleep", "await 'Kio.Sleep'");
                break;
            case "Join" when KnownTypes.Is(method.ContainingType, types.Thread) && !IsZero(call):
                Report(context, types, call, null, "Thread.Join", "await a 'Kio.SpawnBlocking' that joins it");
                break;
            case "BlockOn" or "Run" when IsRuntime(method.ContainingType):
                Report(context, types, call, null, $"{method.ContainingType.Name}.{method.Name}", "await the future, or spawn it and await the handle");
                break;
            case "BlockingPool": // A noun: it only finds the pool.
                break;
            case var name when name.StartsWith("Blocking", StringComparison.Ordinal) && KnownTypes.IsKioto(method.ContainingType):
                Report(context, types, call, null, name, $"await the form without 'Blocking', or call it in 'Kio.SpawnBlocking'");
                break;
        }
    }

    private static bool IsRuntime(INamedTypeSymbol type) =>
        type.Name is "Runtime" or "RuntimeHandle" or "LocalSet" or "LocalRuntime" && KnownTypes.IsKioto(type);

    /// <summary>The task in <c>task.GetAwaiter()</c> and <c>task.ConfigureAwait(false).GetAwaiter()</c>.</summary>
    internal static IOperation? AwaitedTask(IInvocationOperation awaiter, KnownTypes types)
    {
        IOperation? awaited = awaiter.Instance?.WithoutConversions();
        if (awaited is IInvocationOperation { TargetMethod.Name: "ConfigureAwait" } configured)
        {
            awaited = configured.Instance?.WithoutConversions();
        }

        return types.IsTask(awaited?.Type) ? awaited : null;
    }

    /// <summary>Whether the call waits for no time: <c>Wait(0)</c>, <c>Sleep(TimeSpan.Zero)</c>.</summary>
    private static bool IsZero(IInvocationOperation call) =>
        call.Arguments.FirstOrDefault()?.Value is { } time
        && time.WithoutConversions() is { ConstantValue: { HasValue: true, Value: 0 } } or IFieldReferenceOperation { Field.Name: "Zero" };

    private static void Report(
        OperationAnalysisContext context, KnownTypes types, IOperation blocking, IOperation? task, string name, string remedy)
    {
        if (types.IsAsyncFuture(blocking.Function(context.ContainingSymbol)) && !HasEnded(task, blocking))
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.BlockingCall, blocking.Syntax.GetLocation(), name, remedy));
        }
    }

    /// <summary>
    /// Whether the task is known to have ended: the function awaits it or asks <c>IsCompleted</c> before. That this
    /// happens on the same path is taken on trust.
    /// </summary>
    private static bool HasEnded(IOperation? task, IOperation blocking)
    {
        if (task?.WithoutConversions() is not { } receiver || receiver.Variable() is not { } variable)
        {
            // await Task.WhenAny(...) gives a task that has ended: (await Task.WhenAny(a, b)).Result
            return task?.WithoutConversions() is IAwaitOperation;
        }

        foreach (IOperation operation in blocking.FunctionBody().OwnDescendants())
        {
            if (operation.Syntax.SpanStart >= blocking.Syntax.Span.End)
            {
                continue;
            }

            if (operation is IAwaitOperation wait && wait.Operation.Mentions(variable)
                || operation is IPropertyReferenceOperation { Property.Name: "IsCompleted" or "IsCompletedSuccessfully" or "IsFaulted" or "Status" } asked
                    && SymbolEqualityComparer.Default.Equals(asked.Instance?.WithoutConversions().Variable(), variable))
            {
                return true;
            }

            // Task<T> first = await Task.WhenAny(...);
            if (operation is IVariableDeclaratorOperation { Initializer.Value: var value } declarator
                && SymbolEqualityComparer.Default.Equals(declarator.Symbol, variable)
                && value.WithoutConversions() is IAwaitOperation)
            {
                return true;
            }
        }

        return false;
    }
}
