using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Kioto.Hosting;

/// <summary>Whether the runtime runs tasks within a bound, and whether its workers were stuck of late.</summary>
internal sealed class KiotoHealthCheck(Runtime runtime, RuntimeReports reports, IOptions<KiotoOptions> options) : IHealthCheck
{
    // Checks are made every few seconds: one of them sees it.
    private const long RecentMillis = 30_000;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        HealthStatus failed = context.Registration.FailureStatus;
        if (runtime.ShutdownToken.IsCancellationRequested)
        {
            return new HealthCheckResult(failed, "The runtime is shutting down.");
        }

        long began = Stopwatch.GetTimestamp();
        TimeSpan bound = options.Value.HealthTimeout;
        JoinHandle[] probes = Probes();
        try
        {
            foreach (JoinHandle probe in probes)
            {
                TimeSpan left = bound - Stopwatch.GetElapsedTime(began);
                await probe.AsFuture().AsTask().WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (TimeoutException)
        {
            foreach (JoinHandle probe in probes)
            {
                probe.Abort();
            }

            return new HealthCheckResult(failed, $"The runtime did not run a task within {bound}: its workers are blocked, or have far too much to do.", data: Data(began));
        }
        catch (TaskAbortedException)
        {
            return new HealthCheckResult(failed, "The runtime is shutting down.");
        }

        return reports.Latest is { } stuck && (runtime.Handle.StuckPolls > 0 || Environment.TickCount64 - stuck.Millis < RecentMillis)
            ? HealthCheckResult.Degraded($"A worker is, or was of late, stuck. {stuck.Report}", data: Data(began))
            : HealthCheckResult.Healthy("Tasks run.", Data(began));
    }

    // Where workers keep their tasks, each has to show that it runs.
    private JoinHandle[] Probes()
    {
        RuntimeHandle handle = runtime.Handle;
        if (handle.Flavor != RuntimeFlavor.PerCore)
        {
            return [handle.Spawn(Run)];
        }

        JoinHandle[] probes = new JoinHandle[handle.WorkerThreads];
        for (int i = 0; i < probes.Length; i++)
        {
            probes[i] = handle.SpawnOn(i, Run);
        }

        return probes;
    }

    // A delegate: it runs on the worker, at the first poll.
    private static Future Run() => Future.Completed;

    private Dictionary<string, object> Data(long began) => new()
    {
        ["workerThreads"] = runtime.Handle.WorkerThreads,
        ["reserveThreads"] = runtime.Handle.ReserveThreads,
        ["blockingThreads"] = runtime.Handle.BlockingThreads,
        ["stuckPolls"] = runtime.Handle.StuckPolls,
        ["latencyMilliseconds"] = Stopwatch.GetElapsedTime(began).TotalMilliseconds,
    };
}
