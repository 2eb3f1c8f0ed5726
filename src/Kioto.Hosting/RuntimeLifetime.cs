using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Kioto.Hosting;

/// <summary>Starts the runtime with the host, and shuts it down in phases when all hosted services have stopped.</summary>
internal sealed class RuntimeLifetime(
    Runtime runtime,
    RuntimeReports reports,
    IOptions<KiotoOptions> options,
    IOptions<HostOptions> host,
    IHostApplicationLifetime application) : IHostedLifecycleService, IDisposable
{
    private static readonly ConditionalWeakTable<Runtime, RuntimeLifetime> s_all = [];

    private readonly Runtime _runtime = OfAddKioto(runtime, reports);
    private CancellationTokenRegistration _onEnd;
    private long _stopBegan;
    private volatile bool _isStopping;

    /// <summary>How long a service on a host's runtime may take to end by itself, so that what comes after it has time too.</summary>
    /// <param name="runtime">The runtime.</param>
    /// <returns>The time; null where the runtime is no host's, or the host does not stop.</returns>
    internal static TimeSpan? MostGrace(Runtime runtime)
    {
        if (!s_all.TryGetValue(runtime, out RuntimeLifetime? lifetime) || lifetime._stopBegan == 0)
        {
            return null;
        }

        TimeSpan left = lifetime.Left();
        return left - lifetime.Kill(left);
    }

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        s_all.AddOrUpdate(_runtime, this);
        _onEnd = _runtime.ShutdownToken.UnsafeRegister(static state => ((RuntimeLifetime)state!).OnRuntimeEnds(), this);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        _stopBegan = Stopwatch.GetTimestamp();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // After the hosted services' own StopAsync: they, and what they wait for, still need the runtime.
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        TimeSpan left = Left();
        TimeSpan kill = Kill(left);
        TimeSpan grace = Least(options.Value.ShutdownGrace ?? TimeSpan.MaxValue, left - kill);
        Task<ShutdownReport> ending = _runtime.ShutdownAsync(grace, kill);

        // The host has lost its patience: a second call with a shorter time shortens the first one's.
        using (cancellationToken.UnsafeRegister(_ => _runtime.ShutdownAsync(TimeSpan.Zero, kill), null))
        {
            ShutdownReport report = await ending.ConfigureAwait(false);
            if (report.IsClean)
            {
                RuntimeLog.ShutDown(reports.Logger, report.Elapsed);
            }
            else
            {
                RuntimeLog.Stragglers(reports.Logger, report);
            }
        }
    }

    public void Dispose() => _onEnd.Dispose();

    // One that was registered after AddKioto takes the place of the host's own. It is not the host's to shut down.
    private static Runtime OfAddKioto(Runtime runtime, RuntimeReports reports) => ReferenceEquals(runtime, reports.Runtime)
        ? runtime
        : throw new InvalidOperationException(
            "AddKioto: another Runtime was registered among the services after it, which somebody else builds and disposes. " +
            "Remove that registration, or keep it and leave AddKioto out.");

    private TimeSpan Kill(TimeSpan left) => Least(options.Value.ShutdownKill, left / 2);

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    // What the hosted services have left of the host's time; at least a moment, so that aborted tasks can unwind.
    private TimeSpan Left()
    {
        TimeSpan whole = host.Value.ShutdownTimeout;
        if (whole == Timeout.InfiniteTimeSpan || whole > TimeSpan.FromDays(1))
        {
            return TimeSpan.FromDays(1);
        }

        TimeSpan used = _stopBegan == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_stopBegan);
        TimeSpan left = whole - used;
        return left > TimeSpan.FromMilliseconds(200) ? left : TimeSpan.FromMilliseconds(200);
    }

    // By its policy for failures, or by somebody's hand. On a thread that the shutdown waits for.
    private void OnRuntimeEnds()
    {
        if (!_isStopping)
        {
            RuntimeLog.EndedEarly(reports.Logger);
            ThreadPool.UnsafeQueueUserWorkItem(static lifetime => lifetime.StopApplication(), application, preferLocal: false);
        }
    }
}
