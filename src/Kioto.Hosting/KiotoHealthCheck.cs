using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Kioto.Hosting;

/// <summary>Whether the runtime runs tasks within a bound, and whether one of them has been stuck for long.</summary>
internal sealed class KiotoHealthCheck(Runtime runtime, IOptions<KiotoOptions> options) : IHealthCheck
{
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

        // What was stuck and is no more has done no harm that is still to be seen: while code is compiled at its first run
        // half of an application is stuck for a moment.
        TimeSpan most = options.Value.HealthStuckThreshold;
        return most != Timeout.InfiniteTimeSpan && runtime.Handle.LongestStuckPoll(out string task) is { } stuck && stuck >= most
            ? HealthCheckResult.Degraded(
                FormattableString.Invariant($"For {stuck.TotalMilliseconds:F0} ms {task} has been stuck: it blocks its thread or computes. The worker's other tasks go on on another thread."),
                data: Data(began))
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
