using System.Collections.Generic;

namespace Kioto;

/// <summary>Finds tasks, and threads in BlockOn, that wait for one another in a circle.</summary>
/// <remarks>
/// A strand can go on as long as one of the things that it waits for may come: so it counts only if each leaf of it, in
/// every arm, waits for a strand that counts itself. What remains when all others have been crossed out is stuck.
/// </remarks>
internal sealed class DeadlockFinder
{
    private readonly Dictionary<Strand, List<DeadlockWait>> _stuck = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<object, DeadlockPool> _pools = new(ReferenceEqualityComparer.Instance);

    // Who is to be looked at again when a strand turns out not to be stuck.
    private readonly Dictionary<Strand, List<Strand>> _behind = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Strand, List<(DeadlockPool Pool, long Permits)>> _held = new(ReferenceEqualityComparer.Instance);

    private DeadlockFinder(List<TaskReading> readings, PrimitiveReadings primitives)
    {
        foreach (TaskReading reading in readings)
        {
            List<DeadlockWait> waits = [];
            if (reading is { Capture: { } capture, State: TaskDumpState.Waiting } && TryCollect(capture, primitives, waits) && waits.Count > 0)
            {
                _stuck[reading.Strand] = waits;
            }
        }

        Link();
        CrossOut();
    }

    /// <summary>Finds circles, and looks at their tasks once more: only what has not changed is told.</summary>
    /// <param name="readings">All tasks.</param>
    /// <param name="primitives">What they wait on, read after them.</param>
    /// <param name="writer">Numbers the objects.</param>
    /// <returns>The circles.</returns>
    internal static List<DeadlockDump> Find(List<TaskReading> readings, PrimitiveReadings primitives, DumpWriter writer)
    {
        DeadlockFinder first = new(readings, primitives);
        if (first._stuck.Count == 0)
        {
            return [];
        }

        // All that are stuck: whether one is may depend on some that are in no circle.
        List<TaskReading> again = [];
        foreach (Strand strand in first._stuck.Keys)
        {
            again.Add(new TaskReading(strand, strand is TaskHeader task ? TaskReading.KindOf(task) : TaskDumpKind.BlockOn));
        }

        TaskReading.ReadAll(again);
        DeadlockFinder second = new(again, new PrimitiveReadings(again));
        List<DeadlockDump> deadlocks = [];
        foreach (List<DeadlockEdge> circle in first.Circles())
        {
            if (circle.TrueForAll(second.Knows))
            {
                deadlocks.Add(new DeadlockDump(circle.ConvertAll(edge => edge.ToStep(writer))));
            }
        }

        return deadlocks;
    }

    // False if some leaf waits for something that is no strand's.
    private bool TryCollect(StrandCapture capture, PrimitiveReadings primitives, List<DeadlockWait> waits)
    {
        if (capture.Wait is { EndsInTime: true })
        {
            return false;
        }

        if (capture.Inner is { Count: > 0 } arms)
        {
            return capture.Frames.Count <= StrandCapture.MostFrames
                && arms.TrueForAll(arm => arm.Label != "inside" && TryCollect(arm, primitives, waits));
        }

        if (capture.Wait is not { } leaf)
        {
            return false;
        }

        if (leaf is { Needs: not NeededEnds.Unknown, Resource: ITaskHolder holder })
        {
            return TryCollect(leaf, capture, holder, waits);
        }

        if (WaitOf(leaf, capture, primitives) is not { } wait)
        {
            return false;
        }

        waits.Add(wait);
        return true;
    }

    private static bool TryCollect(LeafDescription leaf, StrandCapture capture, ITaskHolder holder, List<DeadlockWait> waits)
    {
        List<WakeTarget> tasks = [];
        bool complete = holder.TryAddRunning(tasks, StrandCapture.MostStrands);
        List<Strand> strands = [];
        foreach (WakeTarget task in tasks)
        {
            if (DeadlockPool.Lasting(task) is { } strand)
            {
                strands.Add(strand);
            }
        }

        if (leaf.Needs == NeededEnds.All)
        {
            waits.Add(new DeadlockWait(leaf, capture.Identity, null, null, 0) { Each = strands });
            return true;
        }

        if (!complete || strands.Count < tasks.Count || strands.Count == 0)
        {
            return false;
        }

        // As if it were so many arms: it goes on as soon as one of them does.
        strands.ForEach(strand => waits.Add(new DeadlockWait(leaf, capture.Identity, strand, null, 0)));
        return true;
    }

    private DeadlockWait? WaitOf(LeafDescription leaf, StrandCapture capture, PrimitiveReadings primitives)
    {
        if (leaf.Resource is not { } resource || primitives.Find(resource) is not { Total: { } total } primitive)
        {
            return DeadlockPool.Lasting(leaf.Owner) is { } owner ? new DeadlockWait(leaf, capture.Identity, owner, null, 0) : null;
        }

        if (!_pools.TryGetValue(resource, out DeadlockPool? pool))
        {
            pool = new DeadlockPool(primitive, total);
            _pools.Add(resource, pool);
        }

        // Else it has been given what it waited for, or waits for something else there.
        return pool.TryFind(leaf.Place, out (long Wanted, Strand? Before) waiter)
            ? new DeadlockWait(leaf, capture.Identity, waiter.Before, pool, waiter.Wanted)
            : null;
    }

    private void Link()
    {
        foreach ((Strand strand, List<DeadlockWait> waits) in _stuck)
        {
            foreach (DeadlockWait wait in waits)
            {
                wait.Pool?.Members.Add(strand);
                if (wait.Before is { } before)
                {
                    Add(_behind, before, strand);
                }

                wait.Each?.ForEach(each => Add(_behind, each, strand));
            }
        }

        foreach (DeadlockPool pool in _pools.Values)
        {
            foreach ((Strand holder, long permits) in pool.Holders)
            {
                if (_stuck.ContainsKey(holder))
                {
                    pool.Held += permits;
                    Add(_held, holder, (pool, permits));
                }
            }
        }
    }

    // Each is looked at again only when something has changed for it: queues may be long.
    private void CrossOut()
    {
        Queue<Strand> open = new(_stuck.Keys);
        Queue<DeadlockPool> dirty = [];
        while (open.Count > 0 || dirty.Count > 0)
        {
            if (open.TryDequeue(out Strand? strand))
            {
                if (_stuck.TryGetValue(strand, out List<DeadlockWait>? waits) && !waits.TrueForAll(IsStuck))
                {
                    Free(strand, open, dirty);
                }

                continue;
            }

            DeadlockPool pool = dirty.Dequeue();
            pool.IsDirty = false;
            foreach (Strand member in pool.Members)
            {
                open.Enqueue(member);
            }
        }
    }

    private void Free(Strand strand, Queue<Strand> open, Queue<DeadlockPool> dirty)
    {
        _stuck.Remove(strand);
        foreach (Strand behind in _behind.GetValueOrDefault(strand) ?? [])
        {
            open.Enqueue(behind);
        }

        foreach ((DeadlockPool pool, long permits) in _held.GetValueOrDefault(strand) ?? [])
        {
            pool.Held -= permits;
            if (!pool.IsDirty)
            {
                pool.IsDirty = true;
                dirty.Enqueue(pool);
            }
        }
    }

    private bool IsStuck(DeadlockWait wait) =>
        (wait.Before is { } before && _stuck.ContainsKey(before))
        || (wait.Each?.Exists(_stuck.ContainsKey) ?? false)
        || (wait.Pool?.IsShortFor(wait.Wanted) ?? false);

    // Whom a stuck strand waits for: itself only if there is no other.
    private Strand Next(Strand strand, DeadlockWait wait)
    {
        if (wait.Before is { } before && _stuck.ContainsKey(before))
        {
            return before;
        }

        if (wait.Each is { } each)
        {
            return each.Find(_stuck.ContainsKey)!;
        }

        return wait.Pool!.Holders.Find(holder => _stuck.ContainsKey(holder.Strand) && !ReferenceEquals(holder.Strand, strand)).Strand ?? strand;
    }

    private static void Add<T>(Dictionary<Strand, List<T>> map, Strand key, T value)
    {
        if (!map.TryGetValue(key, out List<T>? values))
        {
            values = [];
            map.Add(key, values);
        }

        values.Add(value);
    }

    // Every strand that is left waits for one that is left: following them ends in a circle.
    private List<List<DeadlockEdge>> Circles()
    {
        List<List<DeadlockEdge>> circles = [];
        HashSet<Strand> seen = new(ReferenceEqualityComparer.Instance);
        foreach (Strand start in _stuck.Keys)
        {
            List<DeadlockEdge> path = [];
            Strand strand = start;
            while (seen.Add(strand))
            {
                DeadlockWait wait = _stuck[strand][0];
                Strand next = Next(strand, wait);
                path.Add(new DeadlockEdge(strand, next, wait));
                strand = next;
            }

            int first = path.FindIndex(edge => ReferenceEquals(edge.From, strand));
            if (first >= 0)
            {
                circles.Add(path[first..]);
            }
        }

        return circles;
    }

    private bool Knows(DeadlockEdge edge) =>
        _stuck.ContainsKey(edge.To) && _stuck.TryGetValue(edge.From, out List<DeadlockWait>? waits)
        && waits.Exists(wait => wait.IsSame(edge.Wait) && wait.IsFor(edge.To));
}
