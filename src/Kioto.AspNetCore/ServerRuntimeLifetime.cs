using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Kioto.AspNetCore;

/// <summary>Ends a runtime of the server's own when all hosted services have stopped, in what they have left of the host's time.</summary>
internal sealed class ServerRuntimeLifetime(KiotoTransport transport, IOptions<HostOptions> host) : IHostedLifecycleService
{
    private static readonly TimeSpan s_least = TimeSpan.FromMilliseconds(200); // So that aborted tasks can unwind.
    private static readonly TimeSpan s_most = TimeSpan.FromDays(1);

    private long _stopBegan;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _stopBegan = Stopwatch.GetTimestamp();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => transport.EndAsync(Left(), cancellationToken);

    private TimeSpan Left()
    {
        TimeSpan whole = host.Value.ShutdownTimeout;
        if (whole == Timeout.InfiniteTimeSpan || whole > s_most)
        {
            return s_most;
        }

        TimeSpan left = whole - Stopwatch.GetElapsedTime(_stopBegan);
        return left > s_least ? left : s_least;
    }
}
