using System;

namespace Kioto;

/// <summary>What is peculiar to a descriptor that is registered with the driver.</summary>
[Flags]
internal enum IoTraits
{
    None = 0,

    /// <summary>Others may have the same socket open, by a duplicate of the descriptor.</summary>
    Shared = 1,

    /// <summary>A call may move less than was asked for although more is ready.</summary>
    StopsShort = 2,
}
