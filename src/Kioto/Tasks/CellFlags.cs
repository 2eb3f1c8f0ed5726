using System;

namespace Kioto;

/// <summary>What a task remembers of itself in a byte.</summary>
[Flags]
internal enum CellFlags : byte
{
    None = 0,

    /// <summary>The outcome is "aborted".</summary>
    Aborted = 1,

    /// <summary>Nobody can ask for the outcome.</summary>
    Detached = 2,

    /// <summary>It was aborted while its scheduler was being closed.</summary>
    Shutdown = 4,

    /// <summary>Its scheduler was closed when it came.</summary>
    Refused = 8,
}
