using System;
using System.Globalization;

namespace ModelChecking;

/// <summary>What an exploration that found no failure did.</summary>
/// <param name="Executions">How often the body ran.</param>
/// <param name="Complete">Whether every schedule within the preemption bound was tried.</param>
/// <param name="Unbounded">Whether, moreover, the bound cut nothing off: all interleavings there are were tried.</param>
/// <param name="LongestExecution">The scheduling points of the longest execution.</param>
/// <param name="Elapsed">The time it took.</param>
/// <param name="Search">The strategy in words, with its bound or seed.</param>
internal sealed record ModelReport(
    int Executions,
    bool Complete,
    bool Unbounded,
    int LongestExecution,
    TimeSpan Elapsed,
    string Search)
{
    internal double ExecutionsPerSecond => Executions / Math.Max(Elapsed.TotalSeconds, 1e-6);

    public override string ToString()
    {
        string verdict = Unbounded ? "complete, nothing cut off by the bound" : Complete ? "complete" : "not complete";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Search}: {Executions} executions, {verdict}; longest {LongestExecution} steps; " +
            $"{Elapsed.TotalSeconds:F2} s, {ExecutionsPerSecond:F0} executions/s");
    }
}
