using System;
using System.Diagnostics;

namespace Kioto;

/// <summary>The spans of tasks, for whoever listens to the ActivitySource "Kioto".</summary>
/// <remarks>Listeners are user code on the threads of spawners and workers: what one throws is reported, and no more.</remarks>
internal static class TaskActivities
{
    internal const string SourceName = "Kioto";

    // A task that lives for ever must not fill the memory with what happened to it.
    private const int MostEvents = 128;

    internal static readonly ActivitySource Source = new(SourceName);

    /// <summary>A task is spawned: begins its span, a child of the spawner's.</summary>
    /// <param name="runtime">The runtime.</param>
    /// <param name="task">The task.</param>
    /// <returns>The span; null when nobody wants it.</returns>
    internal static Activity? Start(RuntimeScheduler runtime, TaskHeader task)
    {
        // The span is the task's and never the current one: what the task does is the child of whose it was before.
        Activity? current = Activity.Current;
        Activity? activity = null;
        try
        {
            activity = Source.StartActivity("kioto.task");
        }
        catch (Exception exception)
        {
            ComeBack(current);
            Failed(runtime, exception);
        }

        if (activity is null)
        {
            return null;
        }

        ComeBack(current);
        activity.SetTag("kioto.runtime", runtime.DisplayName);
        activity.SetTag("kioto.task.id", (long)task.KnownId);
        if (task.Site.Name is { } name)
        {
            activity.SetTag("kioto.task.name", name);
        }

        if (task.Site is { File: { } file } site)
        {
            activity.SetTag("code.file.path", file);
            activity.SetTag("code.line.number", site.Line);
        }

        return activity;
    }

    /// <summary>Something has happened to a task. One thread at a time may be here with a span.</summary>
    /// <param name="activity">The task's span.</param>
    /// <param name="name">What.</param>
    /// <param name="tag">The name of a detail, or null.</param>
    /// <param name="value">The detail.</param>
    internal static void Add(Activity activity, string name, string? tag = null, object? value = null)
    {
        int events = activity.GetCustomProperty(nameof(MostEvents)) is int known ? known : 0;
        if (events < MostEvents && activity.IsAllDataRequested)
        {
            activity.SetCustomProperty(nameof(MostEvents), events + 1);
            activity.AddEvent(tag is null
                ? new ActivityEvent(name)
                : new ActivityEvent(name, tags: new ActivityTagsCollection { [tag] = value }));
        }
    }

    /// <summary>The task has ended.</summary>
    /// <param name="runtime">The runtime.</param>
    /// <param name="activity">Its span.</param>
    /// <param name="aborted">Whether it was aborted.</param>
    /// <param name="failure">What it threw, or null.</param>
    internal static void Stop(RuntimeScheduler runtime, Activity activity, bool aborted, Exception? failure)
    {
        if (aborted)
        {
            activity.SetTag("kioto.task.aborted", true);
        }

        // Stopping makes its parent the current one, wherever that is.
        Activity? current = Activity.Current;
        try
        {
            if (failure is not null)
            {
                Describe(activity, failure);
            }

            activity.Stop();
        }
        catch (Exception exception)
        {
            Failed(runtime, exception);
        }

        ComeBack(current);
    }

    // The failure's own description may throw, and so may a listener that is told of exceptions: the span ends all the same.
    private static void Describe(Activity activity, Exception failure)
    {
        try
        {
            activity.SetStatus(ActivityStatusCode.Error, failure.Message);
            activity.AddException(failure);
        }
        catch (Exception)
        {
            activity.SetStatus(ActivityStatusCode.Error, failure.GetType().FullName);
        }
    }

    // A stopped one can't be made the current one.
    private static void ComeBack(Activity? current) => Activity.Current = current is { IsStopped: true } ? null : current;

    private static void Failed(RuntimeScheduler runtime, Exception exception) =>
        ListenerFailure.Report(runtime, exception, nameof(ActivityListener));
}
