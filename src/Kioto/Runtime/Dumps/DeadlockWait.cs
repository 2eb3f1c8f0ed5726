namespace Kioto;

/// <summary>What one leaf waits for, as far as strands decide on it.</summary>
/// <remarks>
/// It is stuck if who must go on before it is stuck: a task that is joined, or who waits before it in the queue. And if
/// it wants more permits than there are beside those that stuck strands hold.
/// </remarks>
/// <param name="Leaf">What the leaf said.</param>
/// <param name="Identity">The leaf.</param>
/// <param name="Before">Who must go on before, if anybody.</param>
/// <param name="Pool">Where it waits for permits, if it does.</param>
/// <param name="Wanted">For how many.</param>
internal sealed record DeadlockWait(
    LeafDescription Leaf, (ILeaf? Leaf, uint Version) Identity, Strand? Before, DeadlockPool? Pool, long Wanted)
{
    /// <summary>Whether another reading found the same wait.</summary>
    /// <param name="other">The other reading.</param>
    /// <returns>True if so.</returns>
    internal bool IsSame(DeadlockWait other) => ReferenceEquals(Identity.Leaf, other.Identity.Leaf)
        && Identity.Version == other.Identity.Version && ReferenceEquals(Leaf.Resource, other.Leaf.Resource);

    /// <summary>Whether it waits for a strand.</summary>
    /// <param name="strand">The strand.</param>
    /// <returns>True if it is the one before, or holds permits.</returns>
    internal bool IsFor(Strand strand) =>
        ReferenceEquals(Before, strand) || (Pool?.Holders.Exists(holder => ReferenceEquals(holder.Strand, strand)) ?? false);
}
