using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using ModelChecking;

namespace Kioto.ModelTests;

/// <summary>
/// Two variables, a register per load, and the set of all outcomes over all executions. Comparing that set with what
/// a memory model allows checks the explorer in both directions: it makes up nothing and it misses nothing.
/// </summary>
internal sealed class Litmus
{
    private int _x;
    private int _y;

    internal int[] Registers { get; } = new int[4];

    internal int X
    {
        get => Volatile.Read(ref _x);
        set => Volatile.Write(ref _x, value);
    }

    internal int Y
    {
        get => Volatile.Read(ref _y);
        set => Volatile.Write(ref _y, value);
    }

    /// <summary>The outcomes, each as its values in one string, sorted.</summary>
    internal static string Outcomes(bool storeBuffers, Func<Litmus, int[]> outcome, params Action<Litmus>[] threads)
    {
        var outcomes = new HashSet<string>();
        var options = new ModelOptions { StoreBuffers = storeBuffers, PreemptionBound = ModelOptions.Unlimited };
        ModelReport report = Model.Check(options, () =>
        {
            var litmus = new Litmus();
            ModelHandle[] handles = [.. threads.Select(thread => Model.Spawn(() => thread(litmus)))];
            foreach (ModelHandle handle in handles)
            {
                handle.Join();
            }

            outcomes.Add(string.Concat(outcome(litmus)));
        });
        return report.Complete ? string.Join(' ', outcomes.Order()) : "incomplete: " + report;
    }
}
