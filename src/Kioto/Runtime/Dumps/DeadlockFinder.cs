using System.Collections.Generic;

namespace Kioto;

/// <summary>Finds tasks that wait for one another in a circle.</summary>
/// <remarks>
/// A task can go on as long as one of the things that it waits for may come: so it counts only if each leaf of it, in
/// every arm, waits for a task that counts itself. What remains when all others have been crossed out is stuck.
/// </remarks>
internal sealed class DeadlockFinder
{
    private readonly Dictionary<TaskHeader, List<Edge>> _edges = new(ReferenceEqualityComparer.Instance);

    private DeadlockFinder(List<TaskReading> readings)
    {
        foreach (TaskReading reading in readings)
        {
            List<Edge> edges = [];
            if (reading is { Task: { } task, Capture: { } capture, State: TaskDumpState.Waiting } && TryCollect(capture, edges) && edges.Count > 0)
            {
                _edges[task] = edges;
            }
        }

        CrossOut();
    }

    /// <summary>Finds circles, and looks at their tasks once more: only what has not changed is told.</summary>
    /// <param name="readings">All tasks.</param>
    /// <param name="writer">Numbers the objects.</param>
    /// <returns>The circles.</returns>
    internal static List<DeadlockDump> Find(List<TaskReading> readings, DumpWriter writer)
    {
        List<List<Edge>> circles = new DeadlockFinder(readings).Circles();
        if (circles.Count == 0)
        {
            return [];
        }

        List<TaskReading> again = [];
        foreach (List<Edge> circle in circles)
        {
            foreach (Edge edge in circle)
            {
                again.Add(new TaskReading(edge.From, TaskReading.KindOf(edge.From)));
            }
        }

        TaskReading.ReadAll(again);
        DeadlockFinder second = new(again);
        List<DeadlockDump> deadlocks = [];
        foreach (List<Edge> circle in circles)
        {
            if (circle.TrueForAll(second.Knows))
            {
                deadlocks.Add(new DeadlockDump(circle.ConvertAll(edge => edge.ToStep(writer))));
            }
        }

        return deadlocks;
    }

    // False if some leaf waits for something that is no task's.
    private static bool TryCollect(StrandCapture capture, List<Edge> edges)
    {
        if (capture.Wait is { EndsInTime: true })
        {
            return false;
        }

        if (capture.Inner is { Count: > 0 } arms)
        {
            return capture.Frames.Count <= StrandCapture.MostFrames && arms.TrueForAll(arm => arm.Label != "inside" && TryCollect(arm, edges));
        }

        if (capture.Wait is not { Owner: TaskHeader owner } wait || owner is Bridge or WorkItem)
        {
            return false;
        }

        edges.Add(new Edge(null!, owner, capture.Identity, wait));
        return true;
    }

    private void CrossOut()
    {
        foreach ((TaskHeader task, List<Edge> edges) in _edges)
        {
            for (int i = 0; i < edges.Count; i++)
            {
                edges[i] = edges[i] with { From = task };
            }
        }

        bool changed = true;
        List<TaskHeader> free = [];
        while (changed)
        {
            free.Clear();
            foreach ((TaskHeader task, List<Edge> edges) in _edges)
            {
                if (edges.Exists(edge => !_edges.ContainsKey(edge.To)))
                {
                    free.Add(task);
                }
            }

            foreach (TaskHeader task in free)
            {
                _edges.Remove(task);
            }

            changed = free.Count > 0;
        }
    }

    // Every task that is left waits for another one that is left: following them ends in a circle.
    private List<List<Edge>> Circles()
    {
        List<List<Edge>> circles = [];
        HashSet<TaskHeader> seen = new(ReferenceEqualityComparer.Instance);
        foreach (TaskHeader start in _edges.Keys)
        {
            List<Edge> path = [];
            TaskHeader task = start;
            while (seen.Add(task))
            {
                Edge edge = _edges[task][0];
                path.Add(edge);
                task = edge.To;
            }

            int first = path.FindIndex(edge => ReferenceEquals(edge.From, task));
            if (first >= 0)
            {
                circles.Add(path[first..]);
            }
        }

        return circles;
    }

    private bool Knows(Edge edge) => _edges.TryGetValue(edge.From, out List<Edge>? edges) && edges.Exists(edge.IsSame);

    /// <summary>A task waits for something that another one has.</summary>
    private sealed record Edge(TaskHeader From, TaskHeader To, (ILeaf? Leaf, uint Version) Identity, LeafDescription Wait)
    {
        internal bool IsSame(Edge other) => ReferenceEquals(To, other.To) && ReferenceEquals(Identity.Leaf, other.Identity.Leaf)
            && Identity.Version == other.Identity.Version && ReferenceEquals(Wait.Resource, other.Wait.Resource);

        internal DeadlockStep ToStep(DumpWriter writer) =>
            new(new TaskId(From.KnownId), From.Site, Wait.What, writer.NumberOf(Wait.Resource), new TaskId(To.KnownId));
    }
}
