using System.Linq;
using System.Reflection;
using Microsoft.CodeAnalysis;

namespace Kioto.Analyzers;

/// <summary>What is reported: one rule, one page under docs/analyzers.</summary>
internal static class Rules
{
    private static readonly string? s_root = typeof(Rules).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(a => a.Key == "DocumentationUrl")?.Value;

    internal static readonly DiagnosticDescriptor UnusedFuture = new(
        "KIO0001",
        "A future is never used",
        "'{0}' is a future that is never awaited, so it never runs: await it, or run it on its own with 'Kio.Detach' or 'Kio.Spawn'",
        "Usage",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "A future is lazy. One that is not awaited, spawned, returned, stored or passed on does nothing at all.",
        Page("KIO0001"));

    internal static readonly DiagnosticDescriptor BlockingCall = new(
        "KIO0002",
        "A future blocks its thread",
        "'{0}' blocks the worker that polls this future, and every task that waits for the worker: {1}",
        "Reliability",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "A worker that blocks runs no other task, and a wait for something that needs the worker never ends.",
        Page("KIO0002"));

    internal static readonly DiagnosticDescriptor UnsafeSelectArm = new(
        "KIO0003",
        "An arm of a select is not cancel safe",
        "'{0}' loses what it has done so far when another arm wins: keep it across selects with a 'Pinned<T>', spawn it and select on its handle, or use a cancel-safe operation",
        "Reliability",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "The arms that lose are cancelled. An operation marked [NotCancelSafe] may have taken or given half of its data by then.",
        Page("KIO0003"));

    internal static readonly DiagnosticDescriptor AwaitedTwice = new(
        "KIO0004",
        "A future is used twice",
        "'{0}' was awaited or passed on before, and a future runs once: keep the result of the first await, or spawn the future and await its handle",
        "Reliability",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "The object behind a future is pooled and may already serve another call: awaiting it again throws InvalidOperationException.",
        Page("KIO0004"));

    internal static readonly DiagnosticDescriptor SwallowedCancellation = new(
        "KIO0005",
        "A catch clause swallows cancellation",
        "This clause also catches the exception that cancels this future, which then runs on: add 'when ({0} is not OperationCanceledException)', or rethrow",
        "Reliability",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "Cancelling is delivered as FutureCancelledException from an await. Code that catches it and goes on keeps whoever cancelled waiting until the cleanup grace is over.",
        Page("KIO0005"));

    internal static readonly DiagnosticDescriptor MissingToken = new(
        "KIO0006",
        "A Task-based call gets no cancellation token",
        "'{0}' takes a CancellationToken and gets none, so cancelling this future waits for it: pass 'Kio.CancellationToken'",
        "Reliability",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "A future that awaits a Task is cancelled only when the Task has ended, as the Task may still use its buffers. A token ends it early.",
        Page("KIO0006"));

    internal static readonly DiagnosticDescriptor UndisposedRuntime = new(
        "KIO0007",
        "A runtime is never disposed",
        "Nobody disposes of '{0}', so its threads go on until the process ends and its tasks never clean up: declare it with 'using', or end it with 'ShutdownAsync'",
        "Reliability",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "A runtime that is dropped does not end by itself: .NET can't tell whether somebody still counts on its tasks.",
        Page("KIO0007"));

    internal static readonly DiagnosticDescriptor FutureHandler = new(
        "KIO0008",
        "A handler returns a future",
        "This handler returns '{0}', which ASP.NET Core can't await, and then no endpoint of the application answers: make it 'async () => await ...'",
        "Reliability",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "ASP.NET Core awaits Tasks and ValueTasks only. It finds out when the first request comes, builds all endpoints, and answers every one with 500.",
        Page("KIO0008"));

    /// <summary>
    /// Where the page of a rule can be opened: below the address that the build knew, of the repository that it was made
    /// from. A build from a repository without an address gives the path in the repository, and in the package.
    /// </summary>
    private static string Page(string id) => Link(s_root, id);

    internal static string Link(string? root, string id) =>
        string.IsNullOrEmpty(root) ? $"docs/analyzers/{id}.md" : $"{root!.TrimEnd('/')}/docs/analyzers/{id}.md";
}
