using System;
using System.Threading;

namespace Kioto.Sync;

/// <summary>What one holder of permits holds. Guards are structs around one, with its version: a stale guard is recognised.</summary>
internal sealed class Lease : PooledNode
{
    /// <summary>What gave the permits.</summary>
    internal object? Owner;

    /// <summary>How many it holds. INVARIANT: its holder's only.</summary>
    internal int Count;

    /// <summary>Who got the permits; null for who polls nothing. INVARIANT: as <see cref="Count"/>; dumps read it as a hint.</summary>
    internal WakeTarget? Holder;

    // Keeps the lease's place in the list of all leases alive as long as the lease.
    private readonly object? _block;

    /// <summary>Makes one for the pool.</summary>
    public Lease() => _block = Leases.Add(this);

    /// <summary>Begins one for the strand that runs on this thread, if any.</summary>
    /// <param name="owner">What gave the permits.</param>
    /// <param name="count">How many.</param>
    /// <returns>The lease.</returns>
    internal static Lease Rent(object owner, int count) => Rent(owner, count, Ambient.Current);

    /// <summary>The same, for who has the thread's context at hand.</summary>
    /// <param name="owner">What gave the permits.</param>
    /// <param name="count">How many.</param>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>The lease.</returns>
    internal static Lease Rent(object owner, int count, Ambient ambient) => Rent(owner, count, ambient.Strand?.Target, ambient);

    /// <summary>Begins one.</summary>
    /// <param name="owner">What gave the permits.</param>
    /// <param name="count">How many.</param>
    /// <param name="holder">Who got them.</param>
    /// <returns>The lease.</returns>
    internal static Lease Rent(object owner, int count, WakeTarget? holder) => Rent(owner, count, holder, Ambient.Current);

    private static Lease Rent(object owner, int count, WakeTarget? holder, Ambient ambient)
    {
        Lease lease = SourcePool<Lease>.Rent(ambient);
        lease.Count = count;
        lease.Holder = holder;
        lease.Owner = owner; // The last: a dump that sees it sees the others.
        return lease;
    }

    /// <summary>Throws unless the guard is alive.</summary>
    /// <param name="version">What the guard carries.</param>
    /// <param name="what">The guard's name.</param>
    internal void Check(uint version, string what)
    {
        // ORDERING: misuse is what it looks for; the holder sees its own writes.
        if (Volatile.Read(ref Version) != version)
        {
            throw Stale(what);
        }
    }

    /// <summary>What gave the permits of a guard that is alive.</summary>
    /// <param name="version">What the guard carries.</param>
    /// <param name="what">The guard's name.</param>
    /// <returns>The owner: of the guard's kind, even when another copy of the guard ends at this moment.</returns>
    internal object OwnerOf(uint version, string what)
    {
        object? owner = Volatile.Read(ref Owner); // ORDERING: before the look at the version, which changes before it.
        Check(version, what);
        return owner!;
    }

    /// <summary>Ends it, once, and makes it free for others.</summary>
    /// <param name="version">What the guard carries.</param>
    /// <param name="what">The guard's name.</param>
    /// <returns>How many permits it held.</returns>
    internal int End(uint version, string what)
    {
        // ORDERING: of two copies of a guard that are disposed at the same time, one wins.
        if (Interlocked.CompareExchange(ref Version, version + 1, version) != version)
        {
            throw Stale(what);
        }

        int count = Count;
        Owner = null;
        Holder = null;
        SourcePool<Lease>.Return(Ambient.Current, this);
        return count;
    }

    internal static ObjectDisposedException Stale(string what) => new(
        what, $"This {what} was disposed already, or is a copy of one that was. Dispose it once, by 'using', and don't keep copies.");
}
