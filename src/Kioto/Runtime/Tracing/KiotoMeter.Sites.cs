using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;

namespace Kioto;

/// <summary>Figures of tasks: a series for each call that spawns, of runtimes that were built with TaskMetrics.</summary>
internal static partial class KiotoMeter
{
    private const string FileTag = "code.file.path";
    private const string LineTag = "code.line.number";
    private const string NameTag = "kioto.task.name";

    private static void AddSites()
    {
        Site("kioto.task.site.ended", "{task}", "Tasks of the call that have ended.", site => site.TaskCount);
        Site("kioto.task.site.polls", "{poll}", "Their polls.", site => site.Tasks.PollCount);
        Site("kioto.task.site.wakes", "{wake}", "Wakes that found them idle or running.", site => site.Tasks.WakeCount);
        Site("kioto.task.site.forced_yields", "{yield}", "Their polls that ended because the budget was used up.", site => site.Tasks.ForcedYieldCount);
        Site("kioto.task.site.busy_time", "s", "How long their polls have taken, together.", site => site.Tasks.BusyDuration.TotalSeconds);
        Site("kioto.task.site.scheduled_time", "s", "How long they have waited for polls while ready, together.", site => site.Tasks.ScheduledDuration.TotalSeconds);
        s_meter.CreateObservableGauge(
            "kioto.task.site.longest_poll",
            () => OfSites(site => site.Tasks.LongestPoll.TotalSeconds),
            "s",
            "How long the longest of their polls has taken.");
    }

    private static void Site<T>(string name, string unit, string description, Func<SpawnSiteMetrics, T> read)
        where T : struct => s_meter.CreateObservableCounter(name, () => OfSites(read), unit, description);

    private static List<Measurement<T>> OfSites<T>(Func<SpawnSiteMetrics, T> read)
        where T : struct
    {
        List<Measurement<T>> all = [];
        foreach (RuntimeScheduler runtime in LiveRuntimes.Snapshot())
        {
            foreach (SpawnSiteMetrics each in runtime.SpawnSites?.Snapshot() ?? [])
            {
                all.Add(new Measurement<T>(read(each), Tags(runtime, each.Site)));
            }
        }

        return all;
    }

    private static KeyValuePair<string, object?>[] Tags(RuntimeScheduler runtime, SpawnSite site)
    {
        KeyValuePair<string, object?> of = new(RuntimeTag, runtime.DisplayName);
        KeyValuePair<string, object?> file = new(FileTag, site.File ?? "");
        KeyValuePair<string, object?> line = new(LineTag, site.Line);
        return site.Name is { } name ? [of, file, line, new KeyValuePair<string, object?>(NameTag, name)] : [of, file, line];
    }
}
