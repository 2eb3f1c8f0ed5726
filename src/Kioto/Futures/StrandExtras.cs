using System.Collections.Generic;

namespace Kioto;

/// <summary>What few strands need: an object of its own, so that the others stay small.</summary>
internal sealed class StrandExtras
{
    /// <summary>Bridges that an awaiting method of a foreign builder left running below the strand.</summary>
    /// <remarks>INVARIANT: guarded by the lock on the strand.</remarks>
    internal List<Bridge>? Bridges;

    /// <summary>The innermost open scope of a task-local. INVARIANT: only the strand's poller touches it.</summary>
    internal LocalBinding? Locals;

    /// <summary>The number of a task that was asked for it; 0 until then. INVARIANT: set once, by compare-exchange.</summary>
    internal ulong Id;
}
