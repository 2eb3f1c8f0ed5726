using System;
using System.Collections.Generic;
using System.Threading;

namespace Kioto.Sync;

/// <summary>All leases of the process, for dumps: who holds permits of a lock is known to the guards alone.</summary>
/// <remarks>
/// A lease enters when it is made, not when it is rented: taking and giving back permits costs nothing for it. Leases
/// enter in blocks, which are known weakly and live as long as one of their leases does.
/// </remarks>
internal static class Leases
{
    private const int BlockSize = 32;

    private static readonly Lock s_lock = new();

    // INVARIANT: guarded by the lock, as is the next.
    private static readonly List<WeakReference<Lease?[]>> s_blocks = [];
    private static int s_sweepAt = 16;

    [ThreadStatic]
    private static Lease?[]? t_block;

    [ThreadStatic]
    private static int t_used;

    /// <summary>A new lease enters.</summary>
    /// <param name="lease">The lease.</param>
    /// <returns>What it has to keep alive.</returns>
    internal static object Add(Lease lease)
    {
        Lease?[]? block = t_block;
        if (block is null)
        {
            block = new Lease?[BlockSize];
            t_block = block;
            t_used = 0;
            Add(block);
        }

        Volatile.Write(ref block[t_used++], lease); // ORDERING: release, pairs with Read.
        if (t_used == BlockSize)
        {
            t_block = null;
        }

        return block;
    }

    /// <summary>Says who holds permits of a primitive.</summary>
    /// <param name="owner">What gave the permits.</param>
    /// <param name="into">Where to say it.</param>
    /// <param name="role">What they hold.</param>
    internal static void Describe(object owner, PrimitiveDescription into, string role)
    {
        if ((into.Holdings.ByOwner ??= Read()).TryGetValue(owner, out List<(WakeTarget? Holder, long Permits)>? held))
        {
            foreach ((WakeTarget? holder, long permits) in held)
            {
                into.AddHolder(holder, role, permits);
            }
        }
    }

    private static void Add(Lease?[] block)
    {
        using (s_lock.EnterScope())
        {
            if (s_blocks.Count >= s_sweepAt)
            {
                s_blocks.RemoveAll(static known => !known.TryGetTarget(out _));
                s_sweepAt = Math.Max(16, 2 * s_blocks.Count);
            }

            s_blocks.Add(new WeakReference<Lease?[]>(block));
        }
    }

    private static Dictionary<object, List<(WakeTarget? Holder, long Permits)>> Read()
    {
        Dictionary<object, List<(WakeTarget? Holder, long Permits)>> byOwner = new(ReferenceEqualityComparer.Instance);
        using (s_lock.EnterScope())
        {
            foreach (WeakReference<Lease?[]> known in s_blocks)
            {
                if (known.TryGetTarget(out Lease?[]? block))
                {
                    ReadBlock(block, byOwner);
                }
            }
        }

        return byOwner;
    }

    private static void ReadBlock(Lease?[] block, Dictionary<object, List<(WakeTarget? Holder, long Permits)>> byOwner)
    {
        for (int i = 0; i < block.Length; i++)
        {
            // ORDERING: the version is read before and after; it changes before the owner is taken away. See Lease.Rent.
            if (Volatile.Read(ref block[i]) is not { } lease)
            {
                continue;
            }

            long word = lease.Reading;
            object? owner = Volatile.Read(ref lease.Owner);
            long permits = (int)word;
            WakeTarget? holder = Volatile.Read(ref lease.Holder);
            if (owner is null || (lease.Reading ^ word) >> 32 != 0)
            {
                continue;
            }

            if (!byOwner.TryGetValue(owner, out List<(WakeTarget? Holder, long Permits)>? held))
            {
                held = [];
                byOwner.Add(owner, held);
            }

            held.Add((holder, permits));
        }
    }
}
