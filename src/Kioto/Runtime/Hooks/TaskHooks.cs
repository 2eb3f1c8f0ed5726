using System;

namespace Kioto;

/// <summary>Calls what the builder was given for tasks. A hook that throws is reported, and the runtime goes on.</summary>
internal sealed class TaskHooks
{
    private readonly RuntimeOptions _options;
    private readonly Scheduler _scheduler;

    private TaskHooks(RuntimeOptions options, Scheduler scheduler)
    {
        _options = options;
        _scheduler = scheduler;
    }

    /// <summary>The hooks of a scheduler.</summary>
    /// <param name="options">What the builder was given.</param>
    /// <param name="scheduler">Who is told when a hook throws.</param>
    /// <returns>Null when there are none.</returns>
    internal static TaskHooks? Of(RuntimeOptions options, Scheduler scheduler) =>
        options is { OnTaskSpawn: null, OnTaskTerminate: null, OnBeforeTaskPoll: null, OnAfterTaskPoll: null }
            ? null
            : new TaskHooks(options, scheduler);

    internal void Spawned(TaskHeader task) => Call(_options.OnTaskSpawn, nameof(_options.OnTaskSpawn), task);

    internal void Terminated(TaskHeader task) => Call(_options.OnTaskTerminate, nameof(_options.OnTaskTerminate), task);

    internal void BeforePoll(TaskHeader task, long? latency) => Call(_options.OnBeforeTaskPoll, nameof(_options.OnBeforeTaskPoll), task, latency);

    internal void AfterPoll(TaskHeader task, long? latency) => Call(_options.OnAfterTaskPoll, nameof(_options.OnAfterTaskPoll), task, latency);

    private void Call(Action<TaskMeta>? hook, string knob, TaskHeader task, long? latency = null)
    {
        if (hook is null)
        {
            return;
        }

        // A hook is called in the middle of the task's code too (a spawn, an abort): it is no part of that.
        Ambient ambient = Ambient.Current;
        Strand? strand = ambient.Strand;
        ambient.Strand = null;
        try
        {
            hook(new TaskMeta(task, latency));
        }
        catch (Exception exception)
        {
            _scheduler.ReportFailure(exception, FailedTask.Hook(knob), null);
        }

        ambient.Strand = strand;
    }
}
