using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>The threads that sleep in BlockOn of one runtime: whom to wake when it fails, and what a dump shows of them.</summary>
internal sealed class BlockOnList
{
    private readonly Lock _lock = new();

    // INVARIANT: guarded by the lock.
    private readonly List<BlockOnStrand> _strands = [];

    internal void Add(BlockOnStrand strand)
    {
        using (_lock.EnterScope())
        {
            _strands.Add(strand);
        }
    }

    internal void Remove(BlockOnStrand strand)
    {
        using (_lock.EnterScope())
        {
            _strands.Remove(strand);
        }
    }

    internal BlockOnStrand[] Snapshot()
    {
        using (_lock.EnterScope())
        {
            return [.. _strands];
        }
    }
}
