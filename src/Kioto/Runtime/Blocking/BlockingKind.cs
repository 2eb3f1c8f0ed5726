using System;

namespace Kioto;

/// <summary>How a pool treats a closure.</summary>
[Flags]
internal enum BlockingKind : byte
{
    /// <summary>Refused when the pool closes before it has started.</summary>
    Plain = 0,

    /// <summary>Once queued it runs, also when the pool closes: something was promised, as that a file is written.</summary>
    Mandatory = 1,

    /// <summary>It holds one of the places of a bounded pool, until it has ended.</summary>
    HoldsPlace = 2,
}
