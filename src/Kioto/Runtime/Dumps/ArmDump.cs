using System.Collections.Generic;

namespace Kioto;

/// <summary>One arm of a combinator in a dump.</summary>
public sealed class ArmDump
{
    internal ArmDump(string label, IReadOnlyList<string> awaitChain, WaitDump? waitsFor)
    {
        Label = label;
        AwaitChain = awaitChain;
        WaitsFor = waitsFor;
    }

    /// <summary>Its place, or its role: <c>arm 0</c>, <c>limit</c>.</summary>
    public string Label { get; }

    /// <summary>The methods that await one another, the outermost first.</summary>
    public IReadOnlyList<string> AwaitChain { get; }

    /// <summary>What the innermost of them waits for; null if nothing is known.</summary>
    public WaitDump? WaitsFor { get; }
}
