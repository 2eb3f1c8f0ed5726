using System;
using System.IO.Pipelines;
using System.Threading;
using System.Threading.Tasks;
using Kioto.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Kioto.AspNetCore;

/// <summary>The runtime of a server, and what its connections share.</summary>
/// <remarks>
/// The runtime is found, or made, when the server starts: an application whose <c>Build</c> throws, and which nobody then
/// can dispose of, leaves nothing behind.
/// </remarks>
internal sealed class KiotoTransport : IAsyncDisposable, IDisposable
{
    // As a runtime's default: what is aborted may clean up so long.
    private static readonly TimeSpan s_kill = TimeSpan.FromSeconds(5);

    private readonly IServiceProvider _services;
    private readonly Lock _lock = new();

    // INVARIANT: written once, under the lock, and not after the disposal.
    private ServingRuntime? _serving;

    // INVARIANT: guarded by the lock.
    private bool _isDisposed;

    // INVARIANT: set once, by whoever comes first with the report of the runtime's end; all get the same.
    private int _isReported;

    public KiotoTransport(IOptions<KiotoTransportOptions> options, IServiceProvider services)
    {
        Options = options.Value;
        _services = services;
    }

    internal KiotoTransportOptions Options { get; }

    internal Runtime Runtime => Serving.Runtime;

    internal MultiThreadScheduler Scheduler => Serving.Scheduler;

    /// <summary>Where application code goes on that waits for a connection.</summary>
    internal PipeScheduler PipeScheduler => Serving.PipeScheduler;

    /// <summary>How the runtime flows with connections and requests.</summary>
    internal RuntimeContext Context => Serving.Context;

    private ServingRuntime Serving => Volatile.Read(ref _serving) ?? Start(); // ORDERING: acquire, pairs with Start.

    /// <summary>Shuts down a runtime of the server's own in phases, when the server has stopped: detached work may end by itself.</summary>
    /// <param name="time">How long it may take.</param>
    /// <param name="patience">Cancelled when that is longer than the host has.</param>
    internal async Task EndAsync(TimeSpan time, CancellationToken patience)
    {
        if (Volatile.Read(ref _serving) is not { IsOwned: true } serving) // ORDERING: acquire, pairs with Start.
        {
            return;
        }

        TimeSpan kill = time / 2 < s_kill ? time / 2 : s_kill;
        Task<ShutdownReport> ending = serving.Runtime.ShutdownAsync(time - kill, kill);

        // A second call with a shorter time shortens the first one's.
        using (patience.UnsafeRegister(_ => serving.Runtime.ShutdownAsync(TimeSpan.Zero, kill), null))
        {
            Tell(serving, await ending.ConfigureAwait(false));
        }
    }

    // By the shutdown in phases, not by Dispose: in request code, whose context the runtime flows with, that waits for nobody.
    public async ValueTask DisposeAsync()
    {
        if (TakeOwned() is { } owned)
        {
            Tell(owned, await owned.Runtime.ShutdownAsync(TimeSpan.Zero, s_kill).ConfigureAwait(false));
        }
    }

    public void Dispose() => TakeOwned()?.Runtime.Dispose();

    private ServingRuntime? TakeOwned()
    {
        using (_lock.EnterScope())
        {
            _isDisposed = true;
            return _serving is { IsOwned: true } serving ? serving : null;
        }
    }

    private void Tell(ServingRuntime serving, ShutdownReport report)
    {
        if (Interlocked.Exchange(ref _isReported, 1) != 0) // ORDERING: none needed, one of them tells.
        {
            return;
        }

        if (report.IsClean)
        {
            RuntimeLog.ShutDown(serving.Logger, report.Elapsed);
        }
        else
        {
            RuntimeLog.Stragglers(serving.Logger, report);
        }
    }

    private ServingRuntime Start()
    {
        using (_lock.EnterScope())
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_serving is { } serving)
            {
                return serving;
            }

            RuntimeReports reports = new(_services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance);
            Runtime? given = Given(Options, _services);
            serving = new ServingRuntime(given ?? Create(Options, reports), isOwned: given is null, reports.Logger);
            Volatile.Write(ref _serving, serving); // ORDERING: release, its fields before it.
            return serving;
        }
    }

    private static Runtime? Given(KiotoTransportOptions options, IServiceProvider services)
    {
        string source = "KiotoTransportOptions.Runtime";
        Runtime? runtime = options.Runtime;
        if (runtime is null)
        {
            source = "The Runtime among the application's services";
            runtime = services.GetService<Runtime>();
        }

        if (runtime is null)
        {
            return null;
        }

        RuntimeFlavor flavor = runtime.Handle.Flavor;
        if (flavor != RuntimeFlavor.MultiThread)
        {
            throw new InvalidOperationException(
                $"UseKioto: {source} is a {flavor} runtime, " +
                (flavor == RuntimeFlavor.PerCore
                    ? "whose workers keep their tasks and sockets to themselves, while Kestrel moves requests between threads. "
                    : "which runs only while a thread drives it by BlockOn. ") +
                "Give the server a multi-thread one: set KiotoTransportOptions.Runtime to one of Runtime.CreateBuilder().");
        }

        if (options.WorkerThreads > 0)
        {
            throw new InvalidOperationException(
                $"UseKioto: KiotoTransportOptions.WorkerThreads is {options.WorkerThreads}, but {source} has its workers already. " +
                "Set the number where that runtime is made, and leave WorkerThreads 0.");
        }

        return runtime;
    }

    private static Runtime Create(KiotoTransportOptions options, RuntimeReports reports)
    {
        RuntimeBuilder builder = Runtime.CreateBuilder().ThreadName("kioto-web").OnUnhandledFailure(reports.OnUnhandledFailure);
        builder.OnStuckTaskOfHost(reports.OnStuckTask);
        if (options.WorkerThreads > 0)
        {
            builder.WorkerThreads(options.WorkerThreads);
        }

        Runtime runtime = builder.Build();
        RuntimeLog.Started(reports.Logger, runtime.Handle.Flavor, runtime.Handle.WorkerThreads);
        return runtime;
    }

    private sealed class ServingRuntime(Runtime runtime, bool isOwned, ILogger logger)
    {
        internal Runtime Runtime { get; } = runtime;

        internal bool IsOwned { get; } = isOwned;

        internal ILogger Logger { get; } = logger;

        internal MultiThreadScheduler Scheduler { get; } = (MultiThreadScheduler)runtime.Handle.Scheduler;

        internal RuntimeContext Context { get; } = new((MultiThreadScheduler)runtime.Handle.Scheduler);

        internal RuntimePipeScheduler PipeScheduler { get; } = new((MultiThreadScheduler)runtime.Handle.Scheduler);
    }
}
