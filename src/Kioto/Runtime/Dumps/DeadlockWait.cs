using System.Collections.Generic;

namespace Kioto;

/// <summary>What one leaf waits for, as far as strands decide on it.</summary>
/// <remarks>
/// It is stuck if who must go on before it is stuck: a task that is joined, or who waits before it in the queue. And if
/// it wants more permits than there are beside those that stuck strands hold. And if it needs the ends of many tasks, and
/// one of them is stuck.
/// </remarks>
/// <param name="Leaf">What the leaf said.</param>
/// <param name="Identity">The leaf.</param>
/// <param name="Before">Who must go on before, if anybody.</param>
/// <param name="Pool">Where it waits for permits, if it does.</param>
/// <param name="Wanted">For how many.</param>
internal sealed record DeadlockWait(
    LeafDescription Leaf, (FutureSource? Leaf, uint Version) Identity, Strand? Before, DeadlockPool? Pool, long Wanted)
{
    /// <summary>The tasks that must end, each of them; null where it does not wait for many.</summary>
    internal List<Strand>? Each { get; init; }

    /// <summary>Whether another reading found the same wait.</summary>
    /// <param name="other">The other reading.</param>
    /// <returns>True if so.</returns>
    internal bool IsSame(DeadlockWait other) => ReferenceEquals(Identity.Leaf, other.Identity.Leaf)
        && Identity.Version == other.Identity.Version && ReferenceEquals(Leaf.Resource, other.Leaf.Resource);

    /// <summary>Whether it waits for a strand.</summary>
    /// <param name="strand">The strand.</param>
    /// <returns>True if it is the one before, must end, or holds permits.</returns>
    internal bool IsFor(Strand strand) =>
        ReferenceEquals(Before, strand)
        || (Each?.Contains(strand) ?? false)
        || (Pool?.Holders.Exists(holder => ReferenceEquals(holder.Strand, strand)) ?? false);
}
