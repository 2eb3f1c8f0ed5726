using System.Collections.Generic;

namespace Kioto;

/// <summary>The permits of one primitive: who holds some, who waits for how many, and behind whom.</summary>
internal sealed class DeadlockPool
{
    // By place in the queue.
    private readonly Dictionary<object, (long Wanted, Strand? Before)> _waiters = new(ReferenceEqualityComparer.Instance);
    private readonly long _total;

    internal DeadlockPool(PrimitiveDescription primitive, long total)
    {
        _total = total;
        foreach (Party holder in primitive.Holders)
        {
            if (Lasting(holder.Target) is { } strand)
            {
                Holders.Add((strand, holder.Permits));
            }
        }

        Strand? before = null;
        foreach (Party waiter in primitive.Waiters)
        {
            if (waiter is { InOrder: true, Place: { } place })
            {
                _waiters[place] = (waiter.Permits, before);
                before = Lasting(waiter.Target) ?? before;
            }
        }
    }

    internal List<(Strand Strand, long Permits)> Holders { get; } = [];

    /// <summary>Who waits, of those that may be stuck.</summary>
    internal List<Strand> Members { get; } = [];

    /// <summary>The permits of holders that may be stuck.</summary>
    internal long Held { get; set; }

    /// <summary>Whether <see cref="Held"/> has changed since the members were looked at.</summary>
    internal bool IsDirty { get; set; }

    /// <summary>Whether the others' permits are too few, for ever.</summary>
    /// <param name="wanted">How many are wanted.</param>
    /// <returns>True if so.</returns>
    internal bool IsShortFor(long wanted) => _total - Held < wanted;

    internal bool TryFind(object? place, out (long Wanted, Strand? Before) waiter)
    {
        waiter = default;
        return place is not null && _waiters.TryGetValue(place, out waiter);
    }

    /// <summary>What is never used again for another: a task, a call of BlockOn.</summary>
    /// <param name="target">Who polls.</param>
    /// <returns>It, or null.</returns>
    internal static Strand? Lasting(WakeTarget? target) =>
        target is BlockOnStrand or (TaskHeader and not (Bridge or WorkItem)) ? (Strand)target : null;
}
