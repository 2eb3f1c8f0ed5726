using System;
using System.Threading;

namespace Kioto;

/// <summary>Tells of tasks that are stuck: to whom has asked, else to the process's trace listeners, and where there are none to the error stream; not too often.</summary>
/// <remarks>INVARIANT: who tells holds the lock: the runtime's watchdog, and of threads that it does not watch the process's keeper of slices.</remarks>
internal sealed class StuckTasks(RuntimeScheduler scheduler, RuntimeOptions options)
{
    private const long QuietNanos = 1_000_000_000;

    private readonly Lock _lock = new();
    private long _lastTraced = long.MinValue / 2;
    private int _untold;
    private long _count;

    /// <summary>How many there have been. Any thread.</summary>
    internal long Count => Volatile.Read(ref _count); // ORDERING: a figure.

    /// <summary>After how long a poll counts as stuck; long.MaxValue for never.</summary>
    internal long ThresholdNanos { get; } =
        options.StuckThreshold == Timeout.InfiniteTimeSpan ? long.MaxValue : Instant.ToNanos(options.StuckThreshold);

    /// <summary>Tells of one. On the watchdog's thread, or the keeper's.</summary>
    /// <param name="task">The task; null if it can't be told, or is the future of a BlockOn.</param>
    /// <param name="worker">Its worker; -1 for a thread that runs none.</param>
    /// <param name="nanos">For how long it has been polled.</param>
    /// <param name="compilation">How long the process has compiled meanwhile.</param>
    /// <param name="moved">Whether the worker goes on elsewhere.</param>
    internal void Report(TaskHeader? task, int worker, long nanos, TimeSpan compilation, bool moved)
    {
        using (_lock.EnterScope())
        {
            Tell(task, worker, nanos, compilation, moved);
        }
    }

    private void Tell(TaskHeader? task, int worker, long nanos, TimeSpan compilation, bool moved)
    {
        Volatile.Write(ref _count, _count + 1); // ORDERING: a figure, of one writer.
        try
        {
            TaskDump? dump = task is null ? null : TaskReading.Describe(task);
            StuckTaskReport stuck = new(
                dump,
                Name(dump),
                worker < 0 ? null : worker,
                TimeSpan.FromTicks(nanos / TimeSpan.NanosecondsPerTick),
                compilation,
                moved);
            if ((KiotoEventSource.Kinds & EventKinds.Problems) != 0)
            {
                KiotoEventSource.Log.TaskStuck(
                    worker, stuck.Duration.TotalMilliseconds, stuck.Task, scheduler.TraceId, stuck.TaskId is { } id ? (long)id.Value : 0);
            }

            if (options.OnStuckTask is { } report)
            {
                report(stuck);
            }
            else if (!stuck.IsCompilation) // What every program does when it starts is no news to who has not asked.
            {
                Write(stuck);
            }
        }
        catch (Exception exception)
        {
            // The watchdog must survive it.
            scheduler.ReportFailure(exception, FailedTask.Hook(nameof(RuntimeBuilder.OnStuckTask)), null);
        }
    }

    /// <summary>A task in words, as in a report of it.</summary>
    /// <param name="task">The task; null if it can't be told, or is the future of a BlockOn.</param>
    /// <returns>The words.</returns>
    internal static string Name(TaskHeader? task) => Name(task is null ? null : TaskReading.Describe(task));

    // One line: which task, of which call, in which method.
    private static string Name(TaskDump? dump)
    {
        if (dump is null)
        {
            return "a future";
        }

        string task = dump.Id is { } id ? dump.SpawnSite.Title($"task {id}") : "a continuation";
        string site = dump.SpawnSite.File is not null ? $", spawned at {dump.SpawnSite}" : "";
        return dump.AwaitChain is [.., var innermost] ? $"{task}{site}, in {innermost}," : task + site;
    }

    private void Write(StuckTaskReport stuck)
    {
        long now = Clock.Now;
        if (now - _lastTraced < QuietNanos)
        {
            _untold++;
            return;
        }

        _lastTraced = now;
        string others = _untold == 0 ? "" : $" ({_untold} more since the last such warning.)";
        _untold = 0;
        FailureReporter.Warn(stuck + others);
    }
}
