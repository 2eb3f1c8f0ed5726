using System;
using System.IO.Pipelines;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Kioto.AspNetCore;

/// <summary>The runtime of a server, and what its connections share.</summary>
internal sealed class KiotoTransport : IAsyncDisposable
{
    private readonly Runtime? _owned;

    public KiotoTransport(IOptions<KiotoTransportOptions> options, IServiceProvider services)
    {
        Options = options.Value;
        Runtime = Options.Runtime ?? services.GetService<Runtime>() ?? (_owned = Create(Options));
        Scheduler = Runtime.Handle.Scheduler;
        PipeScheduler = new RuntimePipeScheduler(Scheduler);
    }

    internal KiotoTransportOptions Options { get; }

    internal Runtime Runtime { get; }

    internal RuntimeScheduler Scheduler { get; }

    /// <summary>Where application code goes on that waits for a connection.</summary>
    internal PipeScheduler PipeScheduler { get; }

    public async ValueTask DisposeAsync()
    {
        if (_owned is { } owned)
        {
            await Task.Run(owned.Dispose).ConfigureAwait(false); // It waits for the workers, and this may be one of them.
        }
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
