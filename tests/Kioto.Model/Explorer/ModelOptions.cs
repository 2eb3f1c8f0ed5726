using System;

namespace ModelChecking;

/// <summary>How <see cref="Model.Check(ModelOptions, Action)"/> looks for a failing interleaving, and when it stops.</summary>
internal sealed record ModelOptions
{
    /// <summary>The value of <see cref="PreemptionBound"/> that lets every interleaving through.</summary>
    internal const int Unlimited = int.MaxValue;

    /// <summary>Which schedules are tried.</summary>
    internal SearchStrategy Strategy { get; init; } = SearchStrategy.Exhaustive;

    /// <summary>
    /// How often one execution may take the processor from a thread that could go on. Most known races need one or
    /// two, and the number of schedules grows with the bound's power. Bounds are tried from zero upwards, so the
    /// first failure found is one with the fewest preemptions. Only for <see cref="SearchStrategy.Exhaustive"/>.
    /// </summary>
    internal int PreemptionBound { get; init; } = 2;

    /// <summary>Whether volatile writes wait in a per-thread FIFO store buffer, as on x86 (TSO).</summary>
    internal bool StoreBuffers { get; init; }

    /// <summary>Whether the program uses barriers of all processors: then a store's moment matters too, and is a scheduling point.</summary>
    internal bool ProcessWideBarriers { get; init; }

    /// <summary>How many futex waits of one execution may return although nobody woke them.</summary>
    internal int SpuriousWakes { get; init; }

    /// <summary>The number of scheduling points after which an execution counts as a livelock.</summary>
    internal int MaxSteps { get; init; } = 5_000;

    /// <summary>The search gives up, incomplete, after this many executions.</summary>
    internal int MaxExecutions { get; init; } = 1_000_000;

    /// <summary>The search gives up, incomplete, after this long.</summary>
    internal TimeSpan MaxTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// After this long without any operation an execution counts as out of control: one of its threads blocks on
    /// something that the explorer doesn't know, or loops without any instrumented operation.
    /// </summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many schedules the random strategies draw.</summary>
    internal int Iterations { get; init; } = 1_000;

    /// <summary>Where the random strategies start; the report prints it.</summary>
    internal ulong Seed { get; init; } = 1;

    /// <summary>The depth of the bugs that <see cref="SearchStrategy.Pct"/> aims at: one more than its priority changes.</summary>
    internal int PctDepth { get; init; } = 3;

    /// <summary>How many of the last operations a failure prints.</summary>
    internal int TraceLength { get; init; } = 80;
}
