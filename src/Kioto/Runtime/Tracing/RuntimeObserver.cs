using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Kioto;

/// <summary>
/// Passes what happens to tasks on to all who want to know: hooks, histograms, figures of tasks, events and spans. A
/// runtime where nobody does has none.
/// </summary>
/// <remarks>Immutable: when listeners come or go, the runtime gets another one.</remarks>
internal sealed class RuntimeObserver : TaskObserver
{
    private readonly RuntimeScheduler _runtime;
    private readonly TaskHooks? _hooks;
    private readonly EventKinds _kinds;
    private readonly bool _spans;
    private readonly DurationHistogram? _pollTimes;
    private readonly DurationHistogram? _latencies;

    // Whether each task has figures, and whether they are of time.
    private readonly bool _probes;
    private readonly bool _measures;

    private RuntimeObserver(RuntimeScheduler runtime, TaskHooks? hooks, EventKinds kinds, bool spans)
    {
        _runtime = runtime;
        _hooks = hooks;
        _kinds = kinds;
        _spans = spans;
        _pollTimes = runtime.PollTimes;
        _latencies = runtime.Latencies;
        _measures = runtime.Options.TaskMetrics || _latencies is not null;
        _probes = _measures || (kinds & EventKinds.Resources) != 0;
    }

    /// <summary>The observer of a runtime as things stand.</summary>
    /// <param name="runtime">The runtime.</param>
    /// <param name="hooks">Its hooks.</param>
    /// <param name="spans">Whether somebody listens to spans.</param>
    /// <returns>Null where nobody wants to know.</returns>
    internal static RuntimeObserver? Of(RuntimeScheduler runtime, TaskHooks? hooks, bool spans)
    {
        EventKinds kinds = KiotoEventSource.Kinds & ~(EventKinds.Runtimes | EventKinds.Problems);
        return spans || hooks is not null || kinds != EventKinds.None || runtime.Options.ObservesTasks
            ? new RuntimeObserver(runtime, hooks, kinds, spans)
            : null;
    }

    // Not known yet while the runtime is being made.
    private long Id => _runtime.TraceId;

    internal override void Spawned(TaskHeader task)
    {
        if (Wants(EventKinds.Tasks))
        {
            SpawnSite site = task.Site;
            KiotoEventSource.Log.TaskSpawned(Id, (long)task.KnownId, site.File ?? "", site.Line, site.Name ?? "");
        }

        bool spans = TaskActivities.Source.HasListeners();
        Activity? activity = spans ? TaskActivities.Start(_runtime, task) : null;
        if (_spans && !spans)
        {
            _runtime.ForgetSpans(); // Nobody says when the last listener goes, either.
        }

        if (_probes || activity is not null)
        {
            TaskFigures figures = new() { Activity = activity };
            figures.Ready(Now(), woken: false);
            task.Probe = figures;
        }

        _hooks?.Spawned(task);
    }

    internal override void Woken(TaskHeader task)
    {
        if (!task.IsSpawned)
        {
            return;
        }

        if (task.Probe is TaskFigures figures)
        {
            figures.Ready(Now(), woken: true);
            if (figures.Activity is { } activity)
            {
                TaskActivities.Add(activity, "wake");
            }
        }

        if (Wants(EventKinds.Wakes))
        {
            KiotoEventSource.Log.TaskWoken(Id, (long)task.KnownId);
        }
    }

    internal override void Terminated(TaskHeader task)
    {
        TaskFigures? figures = task.Probe as TaskFigures;
        figures?.EndPoll();
        if (figures is not null && _runtime.SpawnSites is { } sites)
        {
            sites.Add(task.Site, figures.Snapshot());
        }

        bool events = Wants(EventKinds.Tasks);
        if (events || figures is { Activity: not null })
        {
            bool aborted = task.PeekOutcome(out Exception? failure);
            if (events)
            {
                KiotoEventSource.Log.TaskTerminated(
                    Id, (long)task.KnownId, aborted ? "aborted" : failure is null ? "completed" : "failed");
            }

            if (figures?.Activity is { } activity)
            {
                TaskActivities.Stop(_runtime, activity, aborted, aborted ? null : failure);
            }
        }

        _hooks?.Terminated(task);
    }

    internal override RunOutcome Run(TaskHeader task, Ambient ambient, TransitionToRunning how)
    {
        // A callback that was posted, or a bridge, may be another one's before it returns: only its time is taken.
        bool spawned = task.IsSpawned;
        bool times = _pollTimes is not null;
        long start = times || _measures ? Clock.Now : 0;
        int worker = _runtime.WorkerIndex(ambient);
        TaskFigures? figures = spawned ? BeginPoll(task, ambient, start, worker) : null;
        long? latency = _measures ? figures?.Latency : null;
        RunOutcome outcome = task.Run(ambient, how);
        if (times)
        {
            long nanos = Clock.Now - start;
            _pollTimes!.Record(worker, nanos);
            KiotoMeter.RecordPoll(_runtime, nanos);
        }

        if (spawned)
        {
            // Nobody else has a task that wants another turn before it is queued.
            if (outcome != RunOutcome.Released)
            {
                figures?.Ready(Now(), woken: outcome == RunOutcome.Notified);
            }

            if (Wants(EventKinds.Polls))
            {
                KiotoEventSource.Log.TaskPollStop(Id, (long)task.KnownId);
            }

            _hooks?.AfterPoll(task, latency);
        }

        return outcome;
    }

    /// <summary>A task is suspended, and still its poller's.</summary>
    /// <param name="task">The task.</param>
    /// <param name="figures">Its figures.</param>
    internal void Suspended(TaskHeader task, TaskFigures figures)
    {
        bool events = Wants(EventKinds.Resources);
        if (!events && figures.Activity is null)
        {
            return;
        }

        task.Peek(out FutureSource? leaf, out _, out bool waiting);
        if (!waiting || leaf is null)
        {
            return;
        }

        LeafDescription wait = new();
        leaf.Describe(wait);
        if (events)
        {
            int resource = wait.Resource is { } shared ? RuntimeHelpers.GetHashCode(shared) : 0;
            KiotoEventSource.Log.TaskWaits(Id, (long)task.KnownId, wait.What, resource);
        }

        if (figures.Activity is { } activity)
        {
            TaskActivities.Add(activity, "wait", "kioto.operation", wait.What);
        }
    }

    private TaskFigures? BeginPoll(TaskHeader task, Ambient ambient, long start, int worker)
    {
        TaskFigures? figures = task.Probe as TaskFigures;
        if (figures is null && _probes)
        {
            figures = new TaskFigures(); // Spawned before anybody listened.
            task.Probe = figures;
        }

        if (figures is not null)
        {
            figures.BeginPoll(_measures ? start : 0);
            if (_latencies is not null)
            {
                _latencies.Record(worker, figures.Latency);
                KiotoMeter.RecordLatency(_runtime, figures.Latency);
            }

            if (figures.Activity is { } activity)
            {
                TaskActivities.Add(activity, "poll", "kioto.worker", worker);
            }
        }

        if (Wants(EventKinds.Polls))
        {
            KiotoEventSource.Log.TaskPollStart(Id, (long)task.KnownId, worker);
        }

        if (_hooks is { } hooks)
        {
            // It has left its queue, and no strand is polled yet: a hook that takes its time is not to hide it.
            ambient.Announced = task;
            hooks.BeforePoll(task, _measures ? figures?.Latency : null);
            ambient.Announced = null;
        }

        return figures;
    }

    private bool Wants(EventKinds kind) => (_kinds & kind) != 0 && KiotoEventSource.Log.CheckListened();

    private long Now() => _measures ? Clock.Now : 0;
}
