using System;

namespace Kioto;

/// <summary>A failure that nobody's await can throw any more: of an arm that had lost, or came second; or a report.</summary>
internal static class LostFailure
{
    /// <summary>Tells the runtime that polls, as of the failure of a task that nobody waits for.</summary>
    /// <param name="failure">The failure.</param>
    /// <param name="ambient">The current thread's context.</param>
    /// <param name="policy">What to do about it; null leaves it to the runtime.</param>
    internal static void Report(Exception failure, Ambient ambient, FailurePolicy? policy = null)
    {
        if ((ambient.Local ?? ambient.Scheduler ?? Scheduler.Flowing) is not { } scheduler)
        {
            FailureReporter.Report(failure, default, policy ?? FailurePolicy.Default);
            return;
        }

        // User code, which is not part of the strand.
        Strand? strand = ambient.Strand;
        ambient.Strand = null;
        scheduler.ReportFailure(failure, default, policy);
        ambient.Strand = strand;
    }

    /// <summary>Tells the runtime that polls of a cancelled strand that does not end. Its strand is not current.</summary>
    /// <param name="report">Says what it waits for.</param>
    /// <param name="ambient">The current thread's context.</param>
    internal static void ReportOverdue(TimeoutException report, Ambient ambient)
    {
        if ((ambient.Local ?? ambient.Scheduler ?? Scheduler.Flowing) is { } scheduler)
        {
            scheduler.ReportOverdue(report);
        }
        else
        {
            FailureReporter.Report(report, default, FailurePolicy.Default);
        }
    }
}
