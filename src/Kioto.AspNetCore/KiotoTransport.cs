using System;
using System.IO.Pipelines;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Kioto.AspNetCore;

/// <summary>The runtime of a server, and what its connections share.</summary>
internal sealed class KiotoTransport : IAsyncDisposable, IDisposable
{
    // As a runtime's default: what is aborted may clean up so long.
    private static readonly TimeSpan s_kill = TimeSpan.FromSeconds(5);

    private readonly Runtime? _owned;

    public KiotoTransport(IOptions<KiotoTransportOptions> options, IServiceProvider services)
    {
        Options = options.Value;
        Runtime = Given(Options, services) ?? (_owned = Create(Options));
        Scheduler = (MultiThreadScheduler)Runtime.Handle.Scheduler;
        PipeScheduler = new RuntimePipeScheduler(Scheduler);
    }

    internal KiotoTransportOptions Options { get; }

    internal Runtime Runtime { get; }

    internal MultiThreadScheduler Scheduler { get; }

    /// <summary>Where application code goes on that waits for a connection.</summary>
    internal PipeScheduler PipeScheduler { get; }

    // By the shutdown in phases, not by Dispose: in request code, whose context the runtime flows with, that waits for nobody.
    public async ValueTask DisposeAsync()
    {
        if (_owned is { } owned)
        {
            await owned.ShutdownAsync(TimeSpan.Zero, s_kill).ConfigureAwait(false);
        }
    }

    public void Dispose() => _owned?.Dispose();

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

    private static Runtime Create(KiotoTransportOptions options)
    {
        RuntimeBuilder builder = Runtime.CreateBuilder().ThreadName("kioto-web");
        if (options.WorkerThreads > 0)
        {
            builder.WorkerThreads(options.WorkerThreads);
        }

        return builder.Build();
    }
}
