using System;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace Kioto;

/// <summary>The failure of a task that has a handle. Collected unobserved, it is reported: with its task, nobody can ask.</summary>
/// <remarks>Made only when a task fails: tasks themselves have no finalizer. As .NET's own Tasks do it.</remarks>
internal sealed class FailureHolder : ICollectedReport
{
    private readonly ExceptionDispatchInfo _error;
    private readonly Scheduler _scheduler;
    private readonly FailedTask _task;
    private readonly FailurePolicy? _policy;

    // INVARIANT: 0 until somebody has asked for the outcome, or it has been reported; set once.
    private int _observed;

    internal FailureHolder(ExceptionDispatchInfo error, Scheduler scheduler, FailedTask task, FailurePolicy? policy)
    {
        _error = error;
        _scheduler = scheduler;
        _task = task;
        _policy = policy;
        if (policy is null) // Else what is done about it is the scope's business.
        {
            scheduler.Ledger?.Add(task, TakeUnobserved);
        }
    }

    ~FailureHolder()
    {
        if (TryObserve())
        {
            CollectedReports.Enqueue(this);
        }
    }

    /// <summary>The failure, for somebody who does not thereby take notice of it.</summary>
    internal ExceptionDispatchInfo Error => _error;

    /// <summary>Somebody takes notice: it will not be reported.</summary>
    /// <returns>The failure.</returns>
    internal ExceptionDispatchInfo Observe()
    {
        _ = TakeUnobserved();
        return _error;
    }

    /// <inheritdoc/>
    public void Report() => _scheduler.ReportFailure(_error.SourceException, _task, _policy);

    private Exception? TakeUnobserved()
    {
        if (!TryObserve())
        {
            return null;
        }

#pragma warning disable CA1816 // Observing is what disposes of it.
        GC.SuppressFinalize(this);
#pragma warning restore CA1816
        return _error.SourceException;
    }

    private bool TryObserve() => Interlocked.Exchange(ref _observed, 1) == 0; // ORDERING: once only.
}
