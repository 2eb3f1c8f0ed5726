using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>What the threads' magazines of one pool share: a stack of chains of equal length.</summary>
/// <remarks>A chain is known by its first object; how its objects are linked is the pool's affair.</remarks>
internal sealed class Depot
{
    /// <summary>The most that all pools of a process keep: depots, magazines, bridges and queued actions, by their objects' sizes.</summary>
    internal const long MaxBytes = 64L << 20;

    private static readonly List<Depot> s_all = [];

    // INVARIANT: what the depots hold, the capacity of all magazines, and that of the bridges' pool. Changed by atomic
    // operations.
    private static long s_bytes = Bridge.MostPooled * (long)Kioto.ObjectSize.Of<Bridge>();

    // INVARIANT: guarded by s_trimming.
    private static readonly Lock s_trimming = new();
    private static int s_epoch;

    private readonly Lock _lock = new();
    private readonly Stack<object> _chains = new();
    private int _chainLength;

    static Depot() => _ = new Gen2Watch();

    internal Depot(int objectSize)
    {
        ObjectSize = objectSize;
        lock (s_all)
        {
            s_all.Add(this);
        }
    }

    /// <summary>What all pools of the process keep now, or may without asking.</summary>
    internal static long TotalBytes => Volatile.Read(ref s_bytes); // ORDERING: a statistic.

    /// <summary>What one object of this pool counts.</summary>
    internal int ObjectSize { get; }

    /// <summary>How often the pools have been trimmed. Waits while they are.</summary>
    internal static int TrimEpoch
    {
        get
        {
            using (s_trimming.EnterScope())
            {
                return s_epoch;
            }
        }
    }

    /// <summary>Takes a part of the bound, from the fullest depot if need be.</summary>
    /// <param name="bytes">How much.</param>
    /// <returns>False when the depots have nothing to give.</returns>
    internal static bool TryReserve(long bytes)
    {
        while (Interlocked.Add(ref s_bytes, bytes) > MaxBytes) // ORDERING: a bound.
        {
            Release(bytes);
            if (!TryDropFromTheFullest())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Gives back what was reserved.</summary>
    /// <param name="bytes">How much.</param>
    internal static void Release(long bytes) => Interlocked.Add(ref s_bytes, -bytes); // ORDERING: as TryReserve.

    // INVARIANT: guarded by _lock, but for a look at which depot is the fullest.
    private long Bytes => _chains.Count * ChainBytes;

    private long ChainBytes => (long)_chainLength * ObjectSize;

    /// <summary>Takes a chain, if there is one.</summary>
    /// <returns>The chain, of the length that all have, or null.</returns>
    internal object? TryTake()
    {
        lock (_lock)
        {
            if (!_chains.TryPop(out object? chain))
            {
                return null;
            }

            Release(ChainBytes);
            return chain;
        }
    }

    /// <summary>Takes in a chain, or lets the garbage collector have it when the bound does not allow it.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="length">Its length, the same always.</param>
    internal void Put(object chain, int length)
    {
        if (!TryReserve((long)length * ObjectSize))
        {
            return;
        }

        lock (_lock)
        {
            _chainLength = length;
            _chains.Push(chain);
        }
    }

    // Not what comes last: after a burst of one type the others would find no room until a gen-2 collection.
    private static bool TryDropFromTheFullest()
    {
        lock (s_all)
        {
            Depot fullest = s_all[0];
            foreach (Depot depot in s_all)
            {
                if (depot.Bytes > fullest.Bytes)
                {
                    fullest = depot;
                }
            }

            // The garbage collector takes the chain.
            return fullest.TryTake() is not null;
        }
    }

    private static void TrimAll()
    {
        using (s_trimming.EnterScope())
        {
            s_epoch++;
            PoolShare.TrimAll();
            Bridge.TrimPool();
            lock (s_all)
            {
                foreach (Depot depot in s_all)
                {
                    depot.Trim();
                }
            }
        }
    }

    private void Trim()
    {
        lock (_lock)
        {
            int keep = _chains.Count / 2;
            while (_chains.Count > keep)
            {
                _chains.Pop();
                Release(ChainBytes);
            }
        }
    }

    /// <summary>Dies in each collection of its generation and comes back: once old, that is each gen-2 collection.</summary>
    private sealed class Gen2Watch
    {
        ~Gen2Watch()
        {
            if (System.GC.GetGeneration(this) == System.GC.MaxGeneration)
            {
                TrimAll();
            }

            if (!System.Environment.HasShutdownStarted)
            {
                System.GC.ReRegisterForFinalize(this);
            }
        }
    }
}
