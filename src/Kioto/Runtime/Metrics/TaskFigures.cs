using System;
using System.Diagnostics;
using System.Threading;

namespace Kioto;

/// <summary>What is measured of one task, where somebody wants it.</summary>
/// <remarks>
/// INVARIANT, POLLER: written by the thread that polls the task, before it lets go of it. INVARIANT, QUEUER: written by
/// who is about to queue the task, of whom there is one. Others read the numbers at any time.
/// </remarks>
internal sealed class TaskFigures : TaskProbe
{
    // POLLER.
    private long _polls;
    private long _busy;
    private long _longest;
    private long _scheduled;
    private long _forcedYields;

    // When the poll began that is under way; 0 when none is, or nobody measures.
    private long _polledSince;

    // When the latest poll ended; 0 before, or when nobody measures.
    private long _suspendedAt;

    // QUEUER.
    private long _wakes;
    private long _readySince;

    /// <summary>The span of the task, or null. INVARIANT: written before the task is first queued.</summary>
    internal Activity? Activity { get; set; }

    /// <summary>How long the task had waited when its latest poll began, in nanoseconds. POLLER.</summary>
    internal long Latency { get; private set; }

    /// <summary>The figures of a task, for users.</summary>
    /// <param name="task">The task.</param>
    /// <returns>Null when its runtime was not asked to keep them.</returns>
    internal static TaskMetrics? Of(TaskHeader task) =>
        task is { Probe: TaskFigures figures, Scheduler: RuntimeScheduler { Options.TaskMetrics: true } } ? figures.Snapshot() : null;

    /// <summary>How long ago the task's latest poll ended: so long it waits for what it waits for, at least. Any thread.</summary>
    /// <param name="task">The task.</param>
    /// <returns>Null when its runtime was not asked to keep figures, or it has not been polled.</returns>
    internal static TimeSpan? SinceLastPoll(TaskHeader? task) =>
        task is { Probe: TaskFigures figures, Scheduler: RuntimeScheduler { Options.TaskMetrics: true } }
            && Volatile.Read(ref figures._suspendedAt) is > 0 and var at
            ? Time(long.Max(0, Clock.Now - at))
            : null;

    /// <summary>The task is about to be queued.</summary>
    /// <param name="now">The process's clock; 0 when nobody measures.</param>
    /// <param name="woken">Whether somebody has woken it; else it is new, or wants another turn itself.</param>
    internal void Ready(long now, bool woken)
    {
        if (woken)
        {
            Volatile.Write(ref _wakes, _wakes + 1); // ORDERING: QUEUER; published by the push.
        }

        _readySince = now;
    }

    /// <summary>A poll begins.</summary>
    /// <param name="now">The process's clock; 0 when nobody measures.</param>
    internal void BeginPoll(long now)
    {
        Volatile.Write(ref _polls, _polls + 1); // ORDERING: figures, all here.
        Latency = now == 0 || _readySince == 0 ? 0 : now - _readySince;
        Volatile.Write(ref _scheduled, _scheduled + Latency);
        _polledSince = now;
    }

    /// <summary>The poll has ended, if none has said so.</summary>
    internal void EndPoll()
    {
        if (_polledSince == 0)
        {
            return;
        }

        long now = Clock.Now;
        long nanos = now - _polledSince;
        _polledSince = 0;
        Volatile.Write(ref _suspendedAt, now);
        Volatile.Write(ref _busy, _busy + nanos);
        if (nanos > _longest)
        {
            Volatile.Write(ref _longest, nanos);
        }
    }

    internal override void Suspended(Strand task)
    {
        EndPoll();
        TaskHeader header = (TaskHeader)task;
        (header.Scheduler.Observer as RuntimeObserver)?.Suspended(header, this);
    }

    internal override void ForcedYield() => Volatile.Write(ref _forcedYields, _forcedYields + 1); // ORDERING: POLLER.

    /// <summary>The figures at this moment, without the poll that is under way. Any thread.</summary>
    /// <returns>The figures.</returns>
    internal TaskMetrics Snapshot() => new()
    {
        // ORDERING: each for itself.
        PollCount = Volatile.Read(ref _polls),
        BusyDuration = Time(Volatile.Read(ref _busy)),
        LongestPoll = Time(Volatile.Read(ref _longest)),
        ScheduledDuration = Time(Volatile.Read(ref _scheduled)),
        WakeCount = Volatile.Read(ref _wakes),
        ForcedYieldCount = Volatile.Read(ref _forcedYields),
    };

    private static TimeSpan Time(long nanos) => TimeSpan.FromTicks(nanos / TimeSpan.NanosecondsPerTick);
}
