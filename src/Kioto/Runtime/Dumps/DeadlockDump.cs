using System.Collections.Generic;

namespace Kioto;

/// <summary>Tasks that wait for one another in a circle, seen twice with nothing changed in between.</summary>
/// <remarks>
/// It is one as long as a guard is disposed by the task that got it: whoever passes guards to other tasks knows better.
/// </remarks>
public sealed class DeadlockDump
{
    internal DeadlockDump(IReadOnlyList<DeadlockStep> steps) => Steps = steps;

    /// <summary>Each waits for the next, and the last one for the first.</summary>
    public IReadOnlyList<DeadlockStep> Steps { get; }

    /// <summary>The same as text: who waits for whom, one to a line.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => DumpText.Of(this);
}
