using System;
using System.Collections.Generic;
using System.Threading;
using Kioto.Sync;

namespace Kioto;

/// <summary>What primitives say of themselves: those that some of the tasks that were read wait on.</summary>
/// <remarks>
/// Read after the tasks: of a circle of tasks that are found waiting as before, once more later, the holders and the
/// queues that were read in between are those of their waits.
/// </remarks>
internal sealed class PrimitiveReadings
{
    private readonly Dictionary<object, PrimitiveDescription> _all = new(ReferenceEqualityComparer.Instance);
    private readonly Holdings _holdings = new();

    internal PrimitiveReadings(List<TaskReading> readings)
    {
        List<(object Primitive, StrandCapture Capture)> pooled = [];
        foreach (TaskReading reading in readings)
        {
            Read(reading.Capture, pooled);
        }

        ForgetReused(pooled);
        foreach (TaskReading reading in readings)
        {
            AddLeaves(reading.Capture, reading.Strand);
        }
    }

    internal IEnumerable<KeyValuePair<object, PrimitiveDescription>> All => _all;

    internal PrimitiveDescription? Find(object? primitive) =>
        primitive is not null && _all.TryGetValue(primitive, out PrimitiveDescription? description) ? description : null;

    private void Read(StrandCapture? capture, List<(object Primitive, StrandCapture Capture)> pooled)
    {
        if (capture?.Wait?.Resource is IPrimitive primitive && !_all.ContainsKey(primitive) && Describe(primitive) is { } description)
        {
            _all.Add(primitive, description);
            if (primitive is PooledNode)
            {
                pooled.Add((primitive, capture));
            }
        }

        foreach (StrandCapture inner in capture?.Inner ?? [])
        {
            Read(inner, pooled);
        }
    }

    // One that is pooled may have become another one's while it was read, unless its waiter still waits.
    private void ForgetReused(List<(object Primitive, StrandCapture Capture)> pooled)
    {
        if (pooled.Count == 0)
        {
            return;
        }

        Interlocked.MemoryBarrierProcessWide(); // ORDERING: as in TaskReading, for what was read since.
        foreach ((object primitive, StrandCapture capture) in pooled)
        {
            if (!capture.Holds())
            {
                _all.Remove(primitive);
            }
        }
    }

    // A oneshot channel keeps no list: who waits on it is known from those who do.
    private void AddLeaves(StrandCapture? capture, Strand strand)
    {
        if (Find(capture?.Wait?.Resource) is { } description && capture!.Wait is { Place: { } place } wait
            && capture.Wait.Resource is PooledNode
            && !description.Waiters.Exists(party => ReferenceEquals(party.Place, place)))
        {
            description.AddWaiter(strand, wait.What.EndsWith("ClosedAsync", StringComparison.Ordinal) ? "closed" : "receive", place);
        }

        foreach (StrandCapture inner in capture?.Inner ?? [])
        {
            AddLeaves(inner, strand);
        }
    }

    private PrimitiveDescription? Describe(IPrimitive primitive)
    {
        PrimitiveDescription description = new(_holdings);
        try
        {
            primitive.Describe(description);
            return description;
        }
        catch (Exception)
        {
            return null; // It was changed under its reader's hands: nothing is known of it.
        }
    }
}
