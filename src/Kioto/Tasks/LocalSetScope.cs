using System.Threading;

namespace Kioto;

/// <summary>Makes a local set the one of the current thread while its tasks are polled, and restores what was.</summary>
internal readonly ref struct LocalSetScope
{
    private readonly Ambient _ambient;
    private readonly Scheduler? _scheduler;
    private readonly Scheduler? _local;
    private readonly SynchronizationContext? _context;
    private readonly ExecutionContext? _flow;
    private readonly int _budget;
    private readonly long _overAt;
    private readonly bool _polling;
    private readonly Scheduler? _guard;

    internal LocalSetScope(Ambient ambient, LocalSetScheduler set, Scheduler? runtime)
    {
        _ambient = ambient;
        _scheduler = ambient.Scheduler;
        _local = ambient.Local;
        _context = SynchronizationContext.Current;
        _flow = ContextFlow.Save();
        _budget = ambient.Budget;
        _overAt = ambient.OverAt;
        _polling = ambient.Polling;
        _guard = ambient.Guard;
        SliceKeeper.Enter(ambient, runtime); // Its tasks share the thread, whatever else that is.
        ambient.Scheduler = runtime;
        ambient.Local = set;
        ambient.Polling = true;
        SynchronizationContext.SetSynchronizationContext(set.Context);
    }

    public void Dispose()
    {
        _ambient.Scheduler = _scheduler;
        _ambient.Local = _local;
        _ambient.Polling = _polling;
        if (_ambient.Guard is null)
        {
            _ambient.OverAt = _overAt; // The set's polls had their own.
        }

        _ambient.Guard = _guard;
        _ambient.RestoreBudget(_budget); // With the guard of who goes on.
        SynchronizationContext.SetSynchronizationContext(_context);
        ContextFlow.Enter(_flow);
    }
}
