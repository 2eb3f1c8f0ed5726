using System;
using ModelChecking;

namespace Kioto;

/// <summary>The real one's fields; fresh for every thread of every execution, whose OS threads are reused.</summary>
internal sealed class Ambient
{
    internal const int PollBudget = 128;
    internal const long OverAfterFirstAsk = -1;

    [ThreadStatic]
    private static Ambient? t_current;

    internal readonly System.Threading.Thread Thread = System.Threading.Thread.CurrentThread;

    internal Strand? Strand;

    internal Strand? Announced;
    internal Strand? Foreign;
    internal Strand? BridgedStrand;
    internal Action? BridgedCall;
    internal bool BridgedCleanup;

    internal bool CancelYield;
    internal Scheduler? Scheduler;
    internal Scheduler? Worker;
    internal Scheduler? Driven;
    internal Scheduler? Local;
    internal CoreHold Hold;
    internal Scheduler? Home;
    internal Scheduler? Poller;
    internal bool InPlace;
    internal Scheduler? Closing;
    internal LocalBinding? Locals;
    internal bool FlowIsOff;
    internal bool Polling;
    internal bool Completing;

    internal int Budget = PollBudget;
    internal long OverAt;
    internal IdleTimers IdleTimers;
    internal SliceTurns Slice;
    internal Scheduler? Guard;
    internal int Depth;
    internal int Guards;
    internal ThreadCounts Counts = ThreadCounts.None;

    private readonly Execution? _execution = ModelThread.Current?.Execution;

    internal static Ambient Current =>
        t_current is { } current && current._execution == ModelThread.Current?.Execution ? current : t_current = new Ambient();

    internal void SetFlow(bool flows) => FlowIsOff = !flows;

    /// <summary>Time stands still: no slice ends.</summary>
    internal void RestoreBudget(int budget) => Budget = budget;

    internal bool TrySpend() => Strand is null || Budget-- > 0;

    /// <summary>No model counts.</summary>
    internal void ForceYield()
    {
    }
}
