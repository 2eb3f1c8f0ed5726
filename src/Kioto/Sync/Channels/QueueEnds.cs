using System.Runtime.InteropServices;

namespace Kioto.Sync;

/// <summary>Where a ring is written and where it is read, each on a cache line of its own: senders write the one, the taker the other.</summary>
/// <remarks>A mutable struct that is never copied. Not nested in the ring: generic types can't have an explicit layout.</remarks>
[StructLayout(LayoutKind.Explicit, Size = 128)]
internal struct QueueEnds
{
    /// <summary>INVARIANT: the next position to write, and the ring's bits; changed by atomic operations.</summary>
    [FieldOffset(56)]
    internal long Tail;

    /// <summary>INVARIANT: the next position to read; written by the taker only.</summary>
    [FieldOffset(120)]
    internal long Head;
}
