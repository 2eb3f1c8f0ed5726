namespace Kioto;

/// <summary>The place of an item in a delay queue. INVARIANT: guarded by the queue's lock; the version by it alone.</summary>
internal abstract class DelayNode(object queue)
{
    internal object Queue { get; } = queue;

    internal Instant Deadline { get; set; }

    /// <summary>Counts insertions and resets: what is due at the same moment comes in this order.</summary>
    internal ulong Order { get; set; }

    /// <summary>Where in the heap.</summary>
    internal int Index { get; set; }

    /// <summary>Changes when the item leaves: nodes are used again.</summary>
    internal uint Version { get; set; }
}
