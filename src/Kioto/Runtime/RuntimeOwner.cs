using System;

namespace Kioto;

/// <summary>
/// What a <see cref="Runtime"/> and a <see cref="LocalRuntime"/> hold, and nothing of the runtime itself: when it is
/// collected and nobody has ended the runtime, nobody ever can, and that is said. It ends nothing, see docs/decisions/0117.
/// </summary>
internal sealed class RuntimeOwner : ICollectedReport
{
    private readonly RuntimeScheduler _scheduler;

    internal RuntimeOwner(RuntimeScheduler scheduler) => _scheduler = scheduler;

    ~RuntimeOwner() => CollectedReports.Enqueue(this);

    /// <summary>The runtime is about to be ended.</summary>
#pragma warning disable CA1816 // Ending the runtime is what disposes of it.
    internal void Release() => GC.SuppressFinalize(this);
#pragma warning restore CA1816

    /// <inheritdoc/>
    public void Report()
    {
        int workers = _scheduler.Options.HasWorkerThreads ? _scheduler.Options.WorkerThreads : 0;
        long tasks = _scheduler.LiveCount;
        if (_scheduler.IsAborting || (workers == 0 && tasks == 0))
        {
            return; // Its policy has ended it, or it has gone with everything that it had.
        }

        if ((KiotoEventSource.Kinds & EventKinds.Problems) != 0)
        {
            KiotoEventSource.Log.RuntimeNotDisposed(_scheduler.TraceId, _scheduler.DisplayName, workers, tasks);
        }

        FailureReporter.Warn(Describe(_scheduler.DisplayName, workers, tasks));
    }

    private static string Describe(string name, int workers, long tasks) =>
        $"The Kioto runtime '{name}' was not disposed, and nobody can do it any more: nothing refers to its Runtime. " +
        (workers > 0
            ? $"Its worker threads ({workers}) and its tasks ({tasks} now) go on until the process ends. "
            : $"Its tasks ({tasks}) run no more, nor does their cleanup, unless a BlockOn drives them that has begun already, or that of a handle. ") +
        "Dispose it, as a 'using' does; one that is to last as long as the process belongs in a static field.";
}
