using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>What the threads' magazines of one pool share: a stack of chains of equal length.</summary>
internal sealed class Depot
{
    /// <summary>The most that all depots of a process keep, by the size of their objects.</summary>
    internal const long MaxBytes = 64L << 20;

    private static readonly List<Depot> s_all = [];
    private static long s_bytes;
    private static int s_epoch;

    private readonly Lock _lock = new();
    private readonly Stack<FutureSource> _chains = new();
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

    /// <summary>What all depots of the process keep now.</summary>
    internal static long TotalBytes => Volatile.Read(ref s_bytes); // ORDERING: a statistic.

    /// <summary>What one object of this pool counts.</summary>
    internal int ObjectSize { get; }

    /// <summary>Changes with each gen-2 collection: a thread that sees a new value may empty its magazines.</summary>
    internal static int TrimEpoch => Volatile.Read(ref s_epoch); // ORDERING: a hint; any old value will do.

    /// <summary>Empties the current thread's magazines when a gen-2 collection has asked for it.</summary>
    /// <param name="ambient">The current thread's context.</param>
    internal static void TrimMagazines(Ambient ambient)
    {
        int epoch = TrimEpoch;
        if (ambient.TrimEpoch != epoch)
        {
            ambient.TrimEpoch = epoch;
            System.Array.Clear(ambient.Magazines);
        }
    }

    // INVARIANT: guarded by _lock, but for a look at which depot is the fullest.
    private long Bytes => _chains.Count * ChainBytes;

    private long ChainBytes => (long)_chainLength * ObjectSize;

    internal FutureSource? TryTake()
    {
        lock (_lock)
        {
            if (!_chains.TryPop(out FutureSource? chain))
            {
                return null;
            }

            Interlocked.Add(ref s_bytes, -ChainBytes); // ORDERING: a statistic.
            return chain;
        }
    }

    internal void Put(FutureSource chain, int length)
    {
        lock (_lock)
        {
            _chainLength = length;
            _chains.Push(chain);
        }

        if (Interlocked.Add(ref s_bytes, ChainBytes) > MaxBytes) // ORDERING: a bound that may be overshot by a chain a thread.
        {
            DropFromTheFullest();
        }
    }

    // Not what comes last: after a burst of one type the others would find no room until a gen-2 collection.
    private static void DropFromTheFullest()
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
            fullest.TryTake();
        }
    }

    private static void TrimAll()
    {
        Interlocked.Increment(ref s_epoch); // ORDERING: a hint.
        lock (s_all)
        {
            foreach (Depot depot in s_all)
            {
                depot.Trim();
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
                Interlocked.Add(ref s_bytes, -ChainBytes);
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
