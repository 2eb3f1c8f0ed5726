using System;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>Where a method of a foreign builder goes on that runs under a TaskScheduler of its own.</summary>
/// <remarks>
/// As awaiting a Task there: an exclusive scheduler would not be exclusive if the method went on somewhere else.
/// </remarks>
internal static class AwaitersScheduler
{
    /// <summary>The TaskScheduler to go on with; null for the default one, and under a synchronization context.</summary>
    internal static TaskScheduler? Current =>
        SynchronizationContext.Current is null && TaskScheduler.Current is var scheduler && scheduler != TaskScheduler.Default
            ? scheduler
            : null;

    /// <summary>Runs a continuation on its scheduler.</summary>
    /// <param name="scheduler">What <see cref="Current"/> gave.</param>
    /// <param name="continuation">The continuation.</param>
    /// <param name="inCleanup">Whether that call has been cancelled, and cleans up.</param>
    /// <param name="cancelYield">Whether it asks for the outcome of a yield that was cancelled.</param>
    internal static void Continue(TaskScheduler scheduler, Action continuation, bool inCleanup, bool cancelYield)
    {
        // The state is to be the continuation, as in .NET's own awaits: see RuntimeTaskScheduler.
        Action<object?> run = cancelYield ? RunCancelled : inCleanup ? RunInCleanup : Run;
        try
        {
            _ = Task.Factory.StartNew(run, continuation, CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler);
        }
        catch (TaskSchedulerException)
        {
            // Refused: a method that never ended would be worse than one that goes on elsewhere.
            run(continuation);
        }
    }

    private static void Run(object? continuation) => ((Action)continuation!)();

    private static void RunInCleanup(object? continuation) => RunInCleanup((Action)continuation!, cancelYield: false);

    private static void RunCancelled(object? continuation) => RunInCleanup((Action)continuation!, cancelYield: true);

    // As Bridge does it where there is no scheduler to go to.
    private static void RunInCleanup(Action continuation, bool cancelYield)
    {
        Ambient ambient = Ambient.Current;
        Strand? outerStrand = ambient.BridgedStrand;
        Action? outerCall = ambient.BridgedCall;
        bool outerCleanup = ambient.BridgedCleanup;
        ambient.BridgedStrand = null;
        ambient.BridgedCall = continuation;
        ambient.BridgedCleanup = true;
        if (cancelYield)
        {
            YieldLeaf.CancelNext(ambient);
        }

        continuation();
        ambient.CancelYield = false;
        ambient.BridgedStrand = outerStrand;
        ambient.BridgedCall = outerCall;
        ambient.BridgedCleanup = outerCleanup;
    }
}
