using System.Runtime.CompilerServices;
using System.Threading;

namespace Kioto;

/// <summary>What a runtime, or a local set, must offer to the tasks that live on it.</summary>
internal abstract class Scheduler
{
    /// <summary>How long a poll may last where nobody says it, in a runtime or outside any.</summary>
    internal const long DefaultSliceNanos = 10_000_000;

    // A scheduler, or a FlowingTask.
    private static readonly AsyncLocal<object?> s_flowing = new();
    private static readonly AsyncLocal<TaskHeader?> s_flowingMain = new();

    /// <summary>Flows with Task-based code of a runtime, which may continue on a foreign thread after ConfigureAwait(false).</summary>
    internal static Scheduler? Flowing
    {
        get
        {
            object? flowing = s_flowing.Value;
            return Unsafe.As<Scheduler?>(flowing is FlowingTask task ? task.Runtime : flowing); // SAFETY: nothing else is stored.
        }

        set => s_flowing.Value = value;
    }

    /// <summary>Flows, in place of an outer one, with the Task-based code that a thread blocks on: the task that it runs as.</summary>
    internal static TaskHeader? FlowingMain
    {
        get => s_flowingMain.Value;
        set => s_flowingMain.Value = value;
    }

    /// <summary>The task whose Task-based code this is, or the code that it has started; null once it has ended.</summary>
    internal static Strand? FlowingStrand => (s_flowing.Value as FlowingTask)?.Strand;

    /// <summary>Lets a task and its scheduler flow with the Task-based code that begins now.</summary>
    /// <param name="flowing">They; or what flowed before.</param>
    /// <returns>What flowed before.</returns>
    internal static object? Flow(object? flowing)
    {
        object? before = s_flowing.Value;
        s_flowing.Value = flowing;
        return before;
    }

    /// <summary>The synchronization context under which this scheduler polls: posted callbacks become its tasks.</summary>
    internal abstract SynchronizationContext Context { get; }

    /// <summary>The runtime's timers, for the leaves that wait on time.</summary>
    internal abstract ITimerSource Timers { get; }

    /// <summary>Whether shutting down has begun. Once true, it stays so.</summary>
    internal abstract bool IsClosed { get; }

    /// <summary>Whether execution contexts flow through its tasks.</summary>
    internal virtual bool FlowsContext => true;

    /// <summary>How long a cancelled strand may clean up before its cancellation is delivered again; long.MaxValue is for ever.</summary>
    internal virtual long CleanupGraceNanos => long.MaxValue;

    /// <summary>Told of its tasks; null, which is one look a spawn and a poll, where nobody wants to know.</summary>
    /// <remarks>INVARIANT: replaced by any thread, at any time; whoever sees that late does with the old one.</remarks>
    internal TaskObserver? Observer { get; private protected set; }

    /// <summary>Where threads count what happens to its tasks; null where nobody does.</summary>
    internal SchedulerCounts? Counts { get; private protected init; }

    /// <summary>Operations that a task may do in one poll before it must let others run.</summary>
    internal int PollBudget { get; private protected init; } = Ambient.PollBudget;

    /// <summary>How long a poll may last before its budget counts as spent; long.MaxValue for ever.</summary>
    internal long SliceNanos { get; private protected init; } = long.MaxValue;

    /// <summary>Whether its timers follow real time: those of a paused clock don't, and a local set has none.</summary>
    internal virtual bool IsTimeReal => true;

    /// <summary>Takes a new task in, and gives it its place in the list of live tasks. Does not schedule it.</summary>
    /// <param name="task">A task that nobody has seen.</param>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>False when the scheduler has been shut down: the caller completes the task as cancelled.</returns>
    internal abstract bool TryRegister(TaskHeader task, Ambient ambient);

    /// <summary>Takes a new task in and queues it.</summary>
    /// <param name="task">A task that nobody has seen, and that knows its scheduler.</param>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>False when the scheduler has been shut down: the caller completes the task as cancelled.</returns>
    internal virtual bool TrySpawn(TaskHeader task, Ambient ambient)
    {
        if (!TryRegister(task, ambient))
        {
            return false;
        }

        Schedule(task, ambient);
        return true;
    }

    /// <summary>
    /// A task without a place in the list of live tasks is about to be idle: from now on only that list knows it. On the
    /// thread that runs it, before <see cref="TaskState.TransitionToIdle"/>.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="ambient">The current thread's context.</param>
    internal virtual void RegisterSuspended(TaskHeader task, Ambient ambient)
    {
    }

    /// <summary>Takes a completed task off the list of live tasks. Precondition: it has a place there.</summary>
    /// <param name="task">The task.</param>
    /// <param name="ambient">The current thread's context.</param>
    internal abstract void Unregister(TaskHeader task, Ambient ambient);

    /// <summary>Puts a notified task into a queue. Any thread; never polls it inline.</summary>
    /// <param name="task">A task whose last transition said Submit, or a new one.</param>
    /// <param name="ambient">The current thread's context.</param>
    internal abstract void Schedule(TaskHeader task, Ambient ambient);

    /// <summary>Told of a failure that is no task's and that no await can throw: of a posted callback, of an arm that lost.</summary>
    /// <param name="failure">The exception.</param>
    internal abstract void ReportUnhandled(System.Exception failure);

    /// <summary>Told of the failure of a task that nobody has observed, and nobody can any more.</summary>
    /// <param name="failure">The exception.</param>
    /// <param name="task">The task.</param>
    /// <param name="policy">The policy of the task's scope; null is the runtime's.</param>
    internal virtual void ReportFailure(System.Exception failure, FailedTask task, FailurePolicy? policy) => ReportUnhandled(failure);

    /// <summary>Where failures are noted that somebody may yet observe; null where nobody asks.</summary>
    internal virtual FailureLedger? Ledger => null;

    /// <summary>Told of a cancelled strand that does not end. It has not failed: a runtime does not end for it.</summary>
    /// <param name="report">Says what it waits for.</param>
    /// <param name="task">The task whose code it is.</param>
    internal virtual void ReportOverdue(System.TimeoutException report, FailedTask task) => ReportFailure(report, task, null);
}
