using System;
using System.Threading;

namespace Kioto.Sync;

/// <summary>What one holder of permits holds. Guards are structs around one, with its version: a stale guard is recognised.</summary>
/// <remarks>
/// Copies of a guard may be used on several threads at once, one of them when the lease serves the next holder: so the
/// version is part of the word that every change exchanges, as a <see cref="OneshotCore{T}"/>'s.
/// </remarks>
internal sealed class Lease : PooledNode
{
    /// <summary>What gave the permits.</summary>
    internal object? Owner;

    // INVARIANT: the version in the upper half, how many permits it holds in the lower; changed by who rents it, and from
    // then on by one atomic operation each.
    private long _word;

    /// <summary>Who got the permits; null for who polls nothing. INVARIANT: its holder's only; dumps read it as a hint.</summary>
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
        Volatile.Write(ref lease._word, lease.Reading + count); // ORDERING: nobody has this version in hand yet.
        lease.Holder = holder;
        lease.Owner = owner; // The last: a dump that sees it sees the others.
        return lease;
    }

    /// <summary>Throws unless the guard is alive.</summary>
    /// <param name="version">What the guard carries.</param>
    /// <param name="what">The guard's name.</param>
    internal void Check(uint version, string what)
    {
        if (!IsOf(Reading, version))
        {
            throw Stale(what);
        }
    }

    /// <summary>The version and how many permits it holds, at this moment.</summary>
    internal long Reading => Volatile.Read(ref _word); // ORDERING: misuse, or a dump's hint; the holder sees its own writes.

    /// <summary>The version, for the guard of who has rented it just now.</summary>
    internal uint Current => (uint)(Reading >> 32);

    /// <summary>How many permits it holds for a guard.</summary>
    /// <param name="version">What the guard carries.</param>
    /// <returns>None if the guard has ended.</returns>
    internal int CountOf(uint version) => Reading is var word && IsOf(word, version) ? (int)word : 0;

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
    internal int End(uint version, string what) => TryEnd(version, out int count) ? count : throw Stale(what);

    /// <summary>The same, if the guard is alive.</summary>
    /// <param name="version">What the guard carries.</param>
    /// <param name="count">How many permits it held.</param>
    /// <returns>Whether this ended it.</returns>
    internal bool TryEnd(uint version, out int count)
    {
        long word = Word(version, 1); // Mostly.
        while (!TryExchange(ref word, Word(version + 1, 0)))
        {
            if (!IsOf(word, version))
            {
                count = 0;
                return false;
            }
        }

        count = (int)word;
        Free();
        return true;
    }

    /// <summary>Takes one permit out of it for good; it ends with the last of them.</summary>
    /// <param name="version">What the guard carries.</param>
    /// <returns>False if the guard has ended.</returns>
    internal bool TryUse(uint version)
    {
        long word = Word(version, 1); // Mostly.
        while (!TryExchange(ref word, (int)word > 1 ? word - 1 : Word(version + 1, 0)))
        {
            if (!IsOf(word, version))
            {
                return false;
            }
        }

        if ((int)word <= 1)
        {
            Free();
        }

        return true;
    }

    /// <summary>Gives permits to another guard's, or takes them from one's.</summary>
    /// <param name="version">What the guard carries.</param>
    /// <param name="count">How many it has more then; negative: fewer.</param>
    /// <returns>False if it has ended, or would have fewer than none or more than it can.</returns>
    internal bool TryChange(uint version, int count)
    {
        long word = Reading;
        do
        {
            if (!IsOf(word, version) || (int)word + (long)count is < 0 or > int.MaxValue)
            {
                return false;
            }
        }
        while (!TryExchange(ref word, word + count));

        return true;
    }

    internal static ObjectDisposedException Stale(string what) => new(
        what, $"This {what} was disposed already, or is a copy of one that was. Dispose it once, by 'using', and don't keep copies.");

    /// <summary>What is said of a guard that never was one.</summary>
    /// <param name="what">The guard's name.</param>
    /// <param name="source">What gives one that is.</param>
    /// <returns>The exception.</returns>
    internal static InvalidOperationException Empty(string what, string source) => new(
        $"This {what} is the default value, as a try that returned false gives out: it holds nothing. {source} makes one that does.");

    private static long Word(uint version, int count) => ((long)version << 32) | (uint)count;

    private static bool IsOf(long word, uint version) => (uint)(word >> 32) == version;

    // Else the word is what it is now.
    private bool TryExchange(ref long word, long next)
    {
        // ORDERING: full fence. Of copies of a guard that change it at the same time each finds what the others have done;
        // what Rent wrote is seen, and the owner was read before.
        long seen = Interlocked.CompareExchange(ref _word, next, word);
        bool exchanged = seen == word;
        word = seen;
        return exchanged;
    }

    // By who has ended it.
    private void Free()
    {
        Owner = null;
        Holder = null;
        SourcePool<Lease>.Return(Ambient.Current, this);
    }
}
