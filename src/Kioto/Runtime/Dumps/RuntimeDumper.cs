using System.Collections.Generic;

namespace Kioto;

/// <summary>Takes dumps: finds everything that lives on a runtime, reads it, and puts it in order.</summary>
internal static class RuntimeDumper
{
    internal static RuntimeDump Take(RuntimeScheduler scheduler)
    {
        List<TaskReading> readings = Read(scheduler);
        PrimitiveReadings primitives = new(readings);
        DumpWriter writer = new();
        List<TaskDump> tasks = [];
        foreach (TaskReading reading in readings)
        {
            tasks.Add(writer.Write(reading));
        }

        AddClosures(scheduler, writer, tasks);

        return new RuntimeDump(
            scheduler.Options.Name ?? scheduler.Options.ThreadName, tasks, writer.Write(primitives), DeadlockFinder.Find(readings, primitives, writer));
    }

    /// <summary>Reads the tasks that have not ended.</summary>
    /// <param name="scheduler">The runtime.</param>
    /// <returns>The readings, in the order of the tasks' numbers.</returns>
    internal static List<TaskReading> Read(RuntimeScheduler scheduler)
    {
        List<TaskReading> readings = [];
        HashSet<LocalSetScheduler> sets = [];
        List<TaskReading> next = [];
        foreach (BlockOnStrand strand in scheduler.Blocked.Snapshot())
        {
            next.Add(new TaskReading(strand, TaskDumpKind.BlockOn));
        }

        foreach (TaskHeader task in scheduler.AllLiveTasks())
        {
            next.Add(new TaskReading(task, TaskReading.KindOf(task)));
        }

        while (next.Count > 0)
        {
            TaskReading.ReadAll(next);
            readings.AddRange(next);
            List<TaskReading> found = [];
            foreach (TaskReading reading in next)
            {
                AddLocalSets(reading.Capture, sets, found);
            }

            next = found;
        }

        // A part of an async Task method that is shown where it belongs needs no entry of its own.
        HashSet<Strand> shown = new(ReferenceEqualityComparer.Instance);
        foreach (TaskReading reading in readings)
        {
            AddInner(reading.Capture, shown);
        }

        readings.RemoveAll(reading => reading.HasEnded || (reading.Task is { } task && shown.Contains(task)));
        readings.Sort(static (left, right) => Order(left).CompareTo(Order(right)));
        return readings;
    }

    // Those that wait are looked at first, so that one that starts meanwhile is not missed, and not told twice.
    private static void AddClosures(RuntimeScheduler scheduler, DumpWriter writer, List<TaskDump> tasks)
    {
        List<(string Pool, QueuedClosure Closure)> queued = [];
        foreach (BlockingPool pool in scheduler.BlockingPools.All)
        {
            foreach (QueuedClosure closure in pool.Crew.Queued())
            {
                queued.Add((pool.Name, closure));
            }
        }

        HashSet<object> started = new(ReferenceEqualityComparer.Instance);
        foreach (RunningClosure closure in scheduler.Closures.Snapshot())
        {
            started.Add(closure.Task);
            tasks.Add(writer.Write(closure));
        }

        foreach ((string pool, QueuedClosure closure) in queued)
        {
            if (!started.Contains(closure.Work))
            {
                tasks.Add(DumpWriter.Write(closure, pool));
            }
        }
    }

    // Threads that block come first. Only what is a task gets a number by being looked at.
    private static ulong Order(TaskReading reading) =>
        reading.Task is null ? 0 : reading.Task is Bridge or WorkItem ? ulong.MaxValue : reading.Task.KnownId;

    private static void AddInner(StrandCapture? capture, HashSet<Strand> shown)
    {
        foreach (StrandCapture inner in capture?.Inner ?? [])
        {
            shown.Add(inner.Strand);
            AddInner(inner, shown);
        }
    }

    private static void AddLocalSets(StrandCapture? capture, HashSet<LocalSetScheduler> sets, List<TaskReading> found)
    {
        if (capture is null)
        {
            return;
        }

        if (capture.Wait?.Resource is LocalSetScheduler set && sets.Add(set))
        {
            foreach (TaskHeader task in set.LiveTasks())
            {
                found.Add(new TaskReading(task, TaskReading.KindOf(task)));
            }
        }

        foreach (StrandCapture inner in capture.Inner ?? [])
        {
            AddLocalSets(inner, sets, found);
        }
    }
}
