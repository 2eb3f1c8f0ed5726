using System;
using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>What the pools of one thread have reserved of the process's bound, and how they are emptied from outside.</summary>
/// <remarks>
/// A thread uses its magazines without any synchronization, and may be idle for ever. So nobody empties them: they are
/// replaced. The thread reads the reference once an operation; one that is under way goes on with the magazines that it
/// has read, which only it knows, and what it puts there goes to the garbage collector with them. Reserving and growing
/// are out of line, and under the lock.
/// </remarks>
internal sealed class PoolShare
{
    private const int FirstCapacity = 8;

    private static readonly List<PoolShare> s_all = [];

    // INVARIANT: guarded by s_all. At so many shares those of threads that are gone are looked for.
    private static int s_sweepAt = 64;

    private readonly Lock _lock = new();
    private readonly WeakReference<Ambient> _owner;

    // INVARIANT: guarded by _lock; of a thread that is gone, by s_all.
    private long _bytes;

    private PoolShare(Ambient owner) => _owner = new WeakReference<Ambient>(owner);

    /// <summary>Gives a full magazine more room, up to a capacity. The current thread's only.</summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <param name="index">The magazine's index.</param>
    /// <param name="objectSize">What one object counts.</param>
    /// <param name="least">The capacity that it is to have at least, or zero for the next step.</param>
    /// <returns>Whether it has; no when the bound does not allow it.</returns>
    internal static bool TryGrow(Ambient ambient, int index, int objectSize, int least)
    {
        PoolShare share = Of(ambient);
        using (share._lock.EnterScope())
        {
            if (index >= ambient.Magazines.Length)
            {
                Array.Resize(ref ambient.Magazines, Math.Max(Math.Max(16, index + 1), ambient.Magazines.Length * 2));
            }

            ref Magazine magazine = ref ambient.Magazines[index];
            int more = Math.Max(least, magazine.Capacity == 0 ? FirstCapacity : magazine.Capacity * 2) - magazine.Capacity;
            if (share.TryReserve(more, objectSize))
            {
                magazine.Room += more;
                magazine.Capacity += more;
                return true;
            }
        }

        Sweep();
        return false;
    }

    /// <summary>As <see cref="TryGrow(Ambient, int, int, int)"/>, of a stack of free work items.</summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <param name="stack">Which of its stacks.</param>
    /// <param name="objectSize">What one object counts.</param>
    /// <param name="least">The capacity that it is to have at least, or zero for the next step.</param>
    /// <returns>Whether it has; no when the bound does not allow it.</returns>
    internal static bool TryGrow(Ambient ambient, ref FreeActions stack, int objectSize, int least)
    {
        PoolShare share = Of(ambient);
        using (share._lock.EnterScope())
        {
            if (ReferenceEquals(stack, FreeActions.None))
            {
                stack = new FreeActions();
            }

            FreeActions free = stack;
            int more = Math.Max(least, free.Capacity == 0 ? FirstCapacity : free.Capacity * 2) - free.Capacity;
            if (share.TryReserve(more, objectSize))
            {
                free.Room += more;
                free.Capacity += more;
                return true;
            }
        }

        Sweep();
        return false;
    }

    /// <summary>Empties the pools of a thread. Any thread.</summary>
    /// <param name="ambient">That thread's context.</param>
    internal static void Trim(Ambient ambient) => ambient.PoolShare?.TrimOwner(ambient);

    /// <summary>Empties the pools of all threads.</summary>
    internal static void TrimAll()
    {
        lock (s_all)
        {
            foreach (PoolShare share in s_all)
            {
                if (share._owner.TryGetTarget(out Ambient? owner))
                {
                    share.TrimOwner(owner);
                }
            }
        }

        Sweep();
    }

    private static PoolShare Of(Ambient ambient) => ambient.PoolShare ?? Create(ambient);

    private static PoolShare Create(Ambient ambient)
    {
        PoolShare share = new(ambient);
        ambient.PoolShare = share;
        bool sweep;
        lock (s_all)
        {
            s_all.Add(share);
            sweep = s_all.Count >= s_sweepAt;
        }

        if (sweep)
        {
            Sweep();
        }

        return share;
    }

    // A thread that is gone has taken its pools along. Not under the lock of a share: trimming takes them in turn.
    private static void Sweep()
    {
        lock (s_all)
        {
            s_all.RemoveAll(static share =>
            {
                if (share._owner.TryGetTarget(out _))
                {
                    return false;
                }

                Depot.Release(share._bytes);
                return true;
            });
            s_sweepAt = Math.Max(64, s_all.Count * 2);
        }
    }

    private bool TryReserve(int count, int objectSize)
    {
        long bytes = (long)count * objectSize;
        if (!Depot.TryReserve(bytes))
        {
            return false;
        }

        _bytes += bytes;
        return true;
    }

    private void TrimOwner(Ambient owner)
    {
        using (_lock.EnterScope())
        {
            owner.Magazines = [];
            owner.FreeActions = FreeActions.None;
            owner.FreePosts = FreeActions.None;
            Depot.Release(_bytes);
            _bytes = 0;
        }
    }
}
