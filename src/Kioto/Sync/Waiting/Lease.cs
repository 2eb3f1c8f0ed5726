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

    internal static Lease Rent(object owner, int count)
    {
        Lease lease = SourcePool<Lease>.Rent(Ambient.Current);
        lease.Owner = owner;
        lease.Count = count;
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
        SourcePool<Lease>.Return(Ambient.Current, this);
        return count;
    }

    internal static ObjectDisposedException Stale(string what) => new(
        what, $"This {what} was disposed already, or is a copy of one that was. Dispose it once, by 'using', and don't keep copies.");
}
