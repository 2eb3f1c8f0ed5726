using Microsoft.CodeAnalysis;

namespace Kioto.Analyzers;

/// <summary>Kioto's types, and .NET's, in one compilation.</summary>
internal sealed class KnownTypes
{
    private readonly INamedTypeSymbol _future;
    private readonly INamedTypeSymbol? _futureOfT;
    private readonly INamedTypeSymbol? _joinHandle;
    private readonly INamedTypeSymbol? _joinHandleOfT;
    private readonly INamedTypeSymbol? _task;
    private readonly INamedTypeSymbol? _taskOfT;
    private readonly INamedTypeSymbol? _valueTask;
    private readonly INamedTypeSymbol? _valueTaskOfT;
    private readonly INamedTypeSymbol? _asyncEnumerable;

    private KnownTypes(Compilation compilation, INamedTypeSymbol future)
    {
        _future = future;
        _futureOfT = compilation.GetTypeByMetadataName("Kioto.Future`1");
        _joinHandle = compilation.GetTypeByMetadataName("Kioto.JoinHandle");
        _joinHandleOfT = compilation.GetTypeByMetadataName("Kioto.JoinHandle`1");
        _task = compilation.GetTypeByMetadataName("System.Threading.Tasks.Task");
        _taskOfT = compilation.GetTypeByMetadataName("System.Threading.Tasks.Task`1");
        _valueTask = compilation.GetTypeByMetadataName("System.Threading.Tasks.ValueTask");
        _asyncEnumerable = compilation.GetTypeByMetadataName("System.Collections.Generic.IAsyncEnumerable`1");
        _valueTaskOfT = compilation.GetTypeByMetadataName("System.Threading.Tasks.ValueTask`1");
        Kio = compilation.GetTypeByMetadataName("Kioto.Kio");
        Runtime = compilation.GetTypeByMetadataName("Kioto.Runtime");
        RuntimeBuilder = compilation.GetTypeByMetadataName("Kioto.RuntimeBuilder");
        NotCancelSafe = compilation.GetTypeByMetadataName("Kioto.NotCancelSafeAttribute");
        Thread = compilation.GetTypeByMetadataName("System.Threading.Thread");
        CancellationToken = compilation.GetTypeByMetadataName("System.Threading.CancellationToken");
        Exception = compilation.GetTypeByMetadataName("System.Exception");
        OperationCanceled = compilation.GetTypeByMetadataName("System.OperationCanceledException");
        Delegate = compilation.GetTypeByMetadataName("System.Delegate");
        Endpoints = compilation.GetTypeByMetadataName("Microsoft.AspNetCore.Builder.EndpointRouteBuilderExtensions");
        FutureCancelled = compilation.GetTypeByMetadataName("Kioto.FutureCancelledException");
    }

    internal INamedTypeSymbol? Kio { get; }

    internal INamedTypeSymbol? Runtime { get; }

    internal INamedTypeSymbol? RuntimeBuilder { get; }

    internal INamedTypeSymbol? NotCancelSafe { get; }

    internal INamedTypeSymbol? Thread { get; }

    internal INamedTypeSymbol? CancellationToken { get; }

    internal INamedTypeSymbol? Exception { get; }

    internal INamedTypeSymbol? OperationCanceled { get; }

    internal INamedTypeSymbol? FutureCancelled { get; }

    internal INamedTypeSymbol? Delegate { get; }

    /// <summary>Where ASP.NET Core's <c>MapGet</c> and the others are.</summary>
    internal INamedTypeSymbol? Endpoints { get; }

    /// <summary>Null where Kioto is not referenced: then there is nothing to look for.</summary>
    internal static KnownTypes? Of(Compilation compilation) =>
        compilation.GetTypeByMetadataName("Kioto.Future") is { } future ? new KnownTypes(compilation, future) : null;

    internal bool IsFuture(ITypeSymbol? type) => Is(type, _future) || Is(type, _futureOfT);

    internal bool IsFutureOfT(ITypeSymbol? type) => Is(type, _futureOfT);

    internal bool IsJoinHandle(ITypeSymbol? type) => Is(type, _joinHandle) || Is(type, _joinHandleOfT);

    /// <summary>Task and ValueTask, with and without a result.</summary>
    internal bool IsTask(ITypeSymbol? type) =>
        Is(type, _task) || Is(type, _taskOfT) || Is(type, _valueTask) || Is(type, _valueTaskOfT);

    /// <summary>The interface itself: Kioto's own streams need no token.</summary>
    internal bool IsAsyncEnumerable(ITypeSymbol? type) => Is(type, _asyncEnumerable);

    /// <summary>Whether the function is an <c>async Future</c> one: its body is polled.</summary>
    internal bool IsAsyncFuture(IMethodSymbol? function) => function is { IsAsync: true } && IsFuture(function.ReturnType);

    /// <summary>Whether the type is declared in Kioto's namespaces.</summary>
    internal static bool IsKioto(ITypeSymbol? type)
    {
        INamespaceSymbol? space = type?.ContainingNamespace;
        while (space is { IsGlobalNamespace: false, ContainingNamespace.IsGlobalNamespace: false })
        {
            space = space.ContainingNamespace;
        }

        return space is { Name: "Kioto", IsGlobalNamespace: false };
    }

    internal static bool Is(ITypeSymbol? type, INamedTypeSymbol? definition) =>
        definition is not null && SymbolEqualityComparer.Default.Equals(type?.OriginalDefinition, definition);
}
