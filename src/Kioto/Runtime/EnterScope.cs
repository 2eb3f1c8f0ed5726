using System.Threading;

namespace Kioto;

/// <summary>Makes a scheduler's context the current thread's while it polls futures, and restores what was.</summary>
internal readonly ref struct EnterScope
{
    internal readonly Ambient Ambient;

    private readonly Scheduler? _scheduler;
    private readonly Scheduler? _local;
    private readonly SynchronizationContext? _context;
    private readonly ExecutionContext _flow;
    private readonly bool _suppressed;
    private readonly bool _flowWasOff;
    private readonly LocalBinding? _locals;
    private readonly uint _shuffle;
    private readonly Scheduler? _poller;
    private readonly Scheduler? _guard;
    private readonly Strand? _strand;
    private readonly bool _inPlace;
    private readonly bool _completing;
    private readonly bool _cancelYield;
    private readonly Scheduler? _closing;

    private EnterScope(Ambient ambient, RuntimeScheduler scheduler)
    {
        Ambient = ambient;
        _scheduler = ambient.Scheduler;
        _local = ambient.Local;
        _context = SynchronizationContext.Current;
        _flow = ContextFlow.Remember(out _suppressed);
        ambient.Scheduler = scheduler;
        ambient.Local = null;
        ambient.Polling = true;
        _poller = ambient.Poller;
        ambient.Poller = scheduler;
        _guard = ambient.Guard;
        SliceKeeper.Enter(ambient, scheduler is MultiThreadScheduler ? null : scheduler); // Its workers have a watchdog.

        // A task that may block its thread polls here: what it was doing is none of what runs now.
        _strand = ambient.Strand;
        ambient.Strand = null;
        _inPlace = ambient.InPlace;
        ambient.InPlace = false;
        _completing = ambient.Completing;
        ambient.Completing = false;
        _cancelYield = ambient.CancelYield;
        ambient.CancelYield = false;
        _closing = ambient.Closing;
        _flowWasOff = ambient.FlowIsOff;
        ambient.SetFlow(scheduler.FlowsContext);
        _locals = ambient.Locals;
        ambient.Locals = null; // What is blocked on has taken them along; what else runs here has none.
        _shuffle = ambient.Shuffle;
        if (scheduler.Seeds is { } seeds)
        {
            ambient.Shuffle = (uint)seeds.OfNextBlockOn() | 1;
        }

        SynchronizationContext.SetSynchronizationContext(scheduler.Context);
    }

    public void Dispose()
    {
        Ambient.Scheduler = _scheduler;
        Ambient.Local = _local;
        Ambient.Polling = false;
        Ambient.Poller = _poller;
        Ambient.Guard = _guard;
        Ambient.Strand = _strand;
        Ambient.InPlace = _inPlace;
        Ambient.Completing = _completing;
        Ambient.CancelYield = _cancelYield;
        Ambient.Closing = _closing;
        Ambient.SetFlow(!_flowWasOff);
        Ambient.Locals = _locals;
        Ambient.Shuffle = _shuffle;
        SynchronizationContext.SetSynchronizationContext(_context);
        ContextFlow.ComeBack(_flow, _suppressed);
    }

    /// <summary>For a thread that is about to block on a future, and may (see <see cref="BlockingScope"/>).</summary>
    /// <param name="scheduler">The runtime.</param>
    /// <returns>The scope.</returns>
    internal static EnterScope ForBlockOn(RuntimeScheduler scheduler) => new(Ambient.Current, scheduler);
}
