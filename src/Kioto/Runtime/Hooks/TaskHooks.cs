using System;

namespace Kioto;

/// <summary>Calls what the builder was given for tasks. A hook that throws is reported, and the runtime goes on.</summary>
internal sealed class TaskHooks : TaskObserver
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

    internal override void Spawned(TaskHeader task) => Call(_options.OnTaskSpawn, task);

    internal override void Terminated(TaskHeader task) => Call(_options.OnTaskTerminate, task);

    private protected override void BeforePoll(TaskHeader task) => Call(_options.OnBeforeTaskPoll, task);

    private protected override void AfterPoll(TaskHeader task) => Call(_options.OnAfterTaskPoll, task);

    private void Call(Action<TaskMeta>? hook, TaskHeader task)
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
            hook(new TaskMeta(task));
        }
        catch (Exception exception)
        {
            _scheduler.ReportUnhandled(exception);
        }

        ambient.Strand = strand;
    }
}
