using System;

namespace Kioto;

/// <summary>A failure that nobody's await can throw any more: of an arm that had lost, or came second; or a report.</summary>
internal static class LostFailure
{
    /// <summary>Tells the runtime that polls, as of the failure of the task that is polled: it was part of that.</summary>
    /// <param name="failure">The failure.</param>
    /// <param name="ambient">The current thread's context.</param>
    /// <param name="policy">What to do about it; null leaves it to the runtime.</param>
    internal static void Report(Exception failure, Ambient ambient, FailurePolicy? policy = null) =>
        Report(failure, FailedTask.Of(ambient.Strand), ambient, policy);

    /// <summary>Tells the runtime that polls.</summary>
    /// <param name="failure">The failure.</param>
    /// <param name="task">Whose it is; no task for that of code which the polled task has only called into, as a listener.</param>
    /// <param name="ambient">The current thread's context.</param>
    /// <param name="policy">What to do about it; null leaves it to the runtime.</param>
    internal static void Report(Exception failure, FailedTask task, Ambient ambient, FailurePolicy? policy = null)
    {
        if ((ambient.Local ?? ambient.Scheduler ?? Scheduler.Flowing) is not { } scheduler)
        {
            FailureReporter.Report(failure, task, policy ?? FailurePolicy.Default);
            return;
        }

        // User code, which is not part of the strand.
        Strand? strand = ambient.Strand;
        ambient.Strand = null;
        scheduler.ReportFailure(failure, task, policy);
        ambient.Strand = strand;
    }

    /// <summary>Tells the runtime that polls of a cancelled strand that does not end. Its strand is not current.</summary>
    /// <param name="report">Says what it waits for.</param>
    /// <param name="strand">The strand.</param>
    /// <param name="ambient">The current thread's context.</param>
    internal static void ReportOverdue(TimeoutException report, Strand strand, Ambient ambient)
    {
        if ((ambient.Local ?? ambient.Scheduler ?? Scheduler.Flowing) is { } scheduler)
        {
            scheduler.ReportOverdue(report, FailedTask.Of(strand));
        }
        else
        {
            FailureReporter.Report(report, FailedTask.Of(strand), FailurePolicy.Default);
        }
    }
}
