using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;

namespace Kioto;

/// <summary>The meter "Kioto": every runtime's figures for whoever listens to System.Diagnostics.Metrics.</summary>
/// <remarks>
/// Registered once a process, when its first runtime is built. But for two histograms, which a runtime must be asked to
/// keep, all are read when a listener collects and cost nothing before.
/// </remarks>
internal static partial class KiotoMeter
{
    internal const string Name = "Kioto";

    private const string RuntimeTag = "kioto.runtime";
    private const string WorkerTag = "kioto.worker";
    private const string PoolTag = "kioto.pool";

    private static readonly Meter s_meter = new(Name, typeof(KiotoMeter).Assembly.GetName().Version?.ToString(3));

    private static readonly Histogram<double> s_polls = s_meter.CreateHistogram<double>(
        "kioto.task.poll.duration", "s", "How long polls of tasks take, of runtimes that were built with PollTimeHistogram.");

    private static readonly Histogram<double> s_latencies = s_meter.CreateHistogram<double>(
        "kioto.task.schedule.latency", "s", "How long ready tasks wait for their poll, of runtimes that were built with ScheduleLatencyHistogram.");

    static KiotoMeter()
    {
        AddRuntimes();
        AddWorkers();
        AddPools();
        AddSites();
    }

    /// <summary>Has the instruments published.</summary>
    internal static void Ensure()
    {
        // Its static constructor has run.
    }

    internal static void RecordPoll(RuntimeScheduler runtime, long nanos)
    {
        if (s_polls.Enabled)
        {
            Record(s_polls, runtime, nanos);
        }
    }

    internal static void RecordLatency(RuntimeScheduler runtime, long nanos)
    {
        if (s_latencies.Enabled)
        {
            Record(s_latencies, runtime, nanos);
        }
    }

    // On workers, in the middle of a task's turn.
    private static void Record(Histogram<double> histogram, RuntimeScheduler runtime, long nanos)
    {
        try
        {
            histogram.Record(nanos / 1e9, new KeyValuePair<string, object?>(RuntimeTag, runtime.DisplayName));
        }
        catch (Exception exception)
        {
            ListenerFailure.Report(runtime, exception, nameof(MeterListener));
        }
    }

    private static void AddRuntimes()
    {
        UpDown("kioto.runtime.workers", "{worker}", "Workers.", metrics => metrics.WorkerCount);
        UpDown("kioto.runtime.reserve_threads", "{thread}", "Threads that run no worker.", metrics => metrics.ReserveThreadCount);
        UpDown("kioto.task.live", "{task}", "Tasks that were spawned and have not ended.", metrics => metrics.LiveTaskCount);
        Counter("kioto.task.spawned", "{task}", "Tasks that were spawned.", metrics => metrics.SpawnedTaskCount);
        Counter("kioto.task.remote_schedules", "{schedule}", "Tasks spawned or woken by threads that run no worker.", metrics => metrics.RemoteScheduleCount);
        Counter("kioto.task.forced_yields", "{yield}", "Polls that ended because the budget was used up.", metrics => metrics.BudgetForcedYieldCount);
        Counter("kioto.task.stuck", "{task}", "Tasks found stuck in one poll.", metrics => metrics.StuckTaskCount);
        Counter("kioto.task.unhandled_failures", "{failure}", "Failures that nobody observed.", metrics => metrics.UnhandledFailureCount);
        UpDown("kioto.queue.global.depth", "{task}", "Tasks in the queue that all workers share.", metrics => metrics.GlobalQueueDepth);
        UpDown("kioto.queue.background.depth", "{task}", "Ready tasks of the background class.", metrics => metrics.BackgroundQueueDepth);
        Counter("kioto.io.registered", "{descriptor}", "Descriptors registered with the I/O driver.", metrics => metrics.IoRegisteredCount);
        Counter("kioto.io.deregistered", "{descriptor}", "Descriptors taken off the I/O driver.", metrics => metrics.IoDeregisteredCount);
        Counter("kioto.io.ready", "{event}", "Readiness events of the I/O driver.", metrics => metrics.IoReadyCount);
    }

    private static void AddWorkers()
    {
        s_meter.CreateObservableCounter(
            "kioto.worker.busy_time",
            () =>
            {
                foreach (RuntimeScheduler runtime in LiveRuntimes.Snapshot())
                {
                    runtime.Counts!.StartTiming();
                }

                return OfWorkers(worker => worker.BusyDuration.TotalSeconds);
            },
            "s",
            "How long the worker has not slept, since somebody first asked.");
        s_meter.CreateObservableGauge(
            "kioto.worker.poll.mean_time", () => OfWorkers(worker => worker.MeanPollTime.TotalSeconds), "s", "How long polls take of late.");
        Worker("kioto.worker.parks", "{park}", "How often the worker went to sleep.", worker => worker.ParkCount);
        Worker("kioto.worker.noops", "{park}", "How often it was woken for nothing.", worker => worker.NoopCount);
        Worker("kioto.worker.polls", "{poll}", "Polls.", worker => worker.PollCount);
        Worker("kioto.worker.local_schedules", "{schedule}", "Tasks put into the worker's own queue.", worker => worker.LocalScheduleCount);
        Worker("kioto.worker.overflows", "{task}", "Tasks that went to the shared queue because its own was full.", worker => worker.OverflowCount);
        Worker("kioto.worker.steals", "{task}", "Tasks taken from other workers.", worker => worker.StealCount);
        Worker("kioto.worker.steal_operations", "{operation}", "How often tasks were taken from other workers.", worker => worker.StealOperations);
        s_meter.CreateObservableUpDownCounter(
            "kioto.worker.queue.depth", () => OfWorkers(worker => (long)worker.LocalQueueDepth), "{task}", "Tasks in the worker's own queue.");
    }

    private static void AddPools()
    {
        s_meter.CreateObservableUpDownCounter(
            "kioto.blocking.threads", () => OfPools(pool => (long)pool.Threads), "{thread}", "Threads of the blocking pool.");
        s_meter.CreateObservableUpDownCounter(
            "kioto.blocking.idle_threads", () => OfPools(pool => (long)pool.IdleThreads), "{thread}", "Idle threads of the blocking pool.");
        s_meter.CreateObservableUpDownCounter(
            "kioto.blocking.queue.depth", () => OfPools(pool => (long)pool.QueueDepth), "{closure}", "Closures that wait for a thread.");
        s_meter.CreateObservableCounter(
            "kioto.blocking.started", () => OfPools(pool => pool.ClosuresStarted), "{closure}", "Closures that threads have taken from the queue.");
        s_meter.CreateObservableCounter(
            "kioto.blocking.queue.wait_time", () => OfPools(pool => pool.TotalQueueWait.TotalSeconds), "s", "How long closures have waited for a thread, together.");
        s_meter.CreateObservableGauge(
            "kioto.blocking.queue.longest_wait", () => OfPools(pool => pool.MaxQueueWait.TotalSeconds), "s", "How long the closure has waited that waited longest.");
    }

    private static void Counter(string name, string unit, string description, Func<RuntimeMetrics, long> read) =>
        s_meter.CreateObservableCounter(name, () => OfRuntimes(read), unit, description);

    private static void UpDown(string name, string unit, string description, Func<RuntimeMetrics, long> read) =>
        s_meter.CreateObservableUpDownCounter(name, () => OfRuntimes(read), unit, description);

    private static void Worker(string name, string unit, string description, Func<WorkerMetrics, long> read) =>
        s_meter.CreateObservableCounter(name, () => OfWorkers(read), unit, description);

    private static List<Measurement<long>> OfRuntimes(Func<RuntimeMetrics, long> read)
    {
        List<Measurement<long>> all = [];
        foreach (RuntimeScheduler runtime in LiveRuntimes.Snapshot())
        {
            all.Add(new Measurement<long>(
                read(new RuntimeMetrics(runtime)), new KeyValuePair<string, object?>(RuntimeTag, runtime.DisplayName)));
        }

        return all;
    }

    private static List<Measurement<T>> OfWorkers<T>(Func<WorkerMetrics, T> read)
        where T : struct
    {
        List<Measurement<T>> all = [];
        foreach (RuntimeScheduler runtime in LiveRuntimes.Snapshot())
        {
            for (int i = 0; i < runtime.Options.WorkerThreads; i++)
            {
                all.Add(new Measurement<T>(
                    read(runtime.ReadWorker(i)),
                    new KeyValuePair<string, object?>(RuntimeTag, runtime.DisplayName),
                    new KeyValuePair<string, object?>(WorkerTag, i)));
            }
        }

        return all;
    }

    private static List<Measurement<T>> OfPools<T>(Func<BlockingPoolMetrics, T> read)
        where T : struct
    {
        List<Measurement<T>> all = [];
        foreach (RuntimeScheduler runtime in LiveRuntimes.Snapshot())
        {
            foreach (BlockingPool pool in runtime.BlockingPools.All)
            {
                all.Add(new Measurement<T>(
                    read(pool.Metrics),
                    new KeyValuePair<string, object?>(RuntimeTag, runtime.DisplayName),
                    new KeyValuePair<string, object?>(PoolTag, pool.Name)));
            }
        }

        return all;
    }
}
