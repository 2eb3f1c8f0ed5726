using System;
using System.Threading;

namespace Kioto;

/// <summary>Polls futures that are awaited outside any runtime: on the awaiter's context, else the .NET thread pool.</summary>
/// <remarks>Such a future may use everything that needs no runtime: channels, locks, joins of tasks elsewhere.</remarks>
internal sealed class ContextScheduler : Scheduler
{
    private static readonly ContextScheduler s_threadPool = new(null);

    private readonly SynchronizationContext? _context;

    private ContextScheduler(SynchronizationContext? context) => _context = context;

    internal override SynchronizationContext Context => _context ?? new SynchronizationContext();

    internal override ITimerSource Timers => throw Throw.NoRuntime("A timer");

    internal override bool IsClosed => false;

    internal static ContextScheduler ForCurrentThread() =>
        SynchronizationContext.Current is { } context ? new ContextScheduler(context) : s_threadPool;

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
        if (task.Run(ambient) != RunOutcome.Released)
        {
            task.Scheduler.Schedule(task, ambient);
        }
    }
}
