using System;
using System.Threading;

namespace Kioto;

/// <summary>Polls futures that are awaited outside any runtime: on the awaiter's context, else the .NET thread pool.</summary>
/// <remarks>Such a future may use everything that needs no runtime: channels, locks, joins of tasks elsewhere.</remarks>
internal sealed class ContextScheduler : Scheduler
{
    private static readonly ContextScheduler s_threadPool = new(null, null);

    private readonly SynchronizationContext? _context;

    // A runtime that takes no new tasks: its timers may still work, and else say why they don't.
    private readonly Scheduler? _closing;

    private ContextScheduler(SynchronizationContext? context, Scheduler? closing)
    {
        _context = context;
        _closing = closing;
    }

    internal override SynchronizationContext Context => _context ?? new SynchronizationContext();

    internal override ITimerSource Timers => throw Throw.NoRuntime("A timer");

    internal override bool IsClosed => false;

    /// <summary>Polls on the current thread's synchronization context, or on the .NET thread pool.</summary>
    /// <param name="closing">The runtime that refused the task; null outside any.</param>
    /// <returns>The scheduler.</returns>
    internal static ContextScheduler ForCurrentThread(Scheduler? closing = null) =>
        SynchronizationContext.Current is null && closing is null
            ? s_threadPool
            : new ContextScheduler(SynchronizationContext.Current, closing);

    internal override bool TryRegister(TaskHeader task, Ambient ambient) => true;

    internal override void Unregister(TaskHeader task, Ambient ambient)
    {
    }

    internal override void Schedule(TaskHeader task, Ambient ambient)
    {
        if (_context is { } context)
        {
            context.Post(static state => Run((TaskHeader)state!), task);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(Run, task, preferLocal: false);
        }
    }

    internal override void ReportUnhandled(Exception failure) => throw failure;

    private static void Run(TaskHeader task)
    {
        Ambient ambient = Ambient.Current;
        ambient.Budget = Ambient.PollBudget;
        ContextScheduler scheduler = (ContextScheduler)task.Scheduler;
        Scheduler? outer = ambient.Scheduler;
        ambient.Scheduler = outer ?? scheduler._closing;
        bool isUnwatched = ambient.Poller is null; // Else it is part of a runtime's poll.
        if (isUnwatched)
        {
            ambient.OverAt = Ambient.OverAfterFirstAsk;
        }

        RunOutcome outcome = task.Run(ambient);
        if (isUnwatched)
        {
            ambient.OverAt = 0;
        }

        ambient.Scheduler = outer;
        if (outcome != RunOutcome.Released)
        {
            scheduler.Schedule(task, ambient);
        }
    }
}
