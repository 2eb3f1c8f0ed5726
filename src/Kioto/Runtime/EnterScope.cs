using System;
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
        Ambient.SetFlow(!_flowWasOff);
        Ambient.Locals = _locals;
        Ambient.Shuffle = _shuffle;
        SynchronizationContext.SetSynchronizationContext(_context);
        ContextFlow.ComeBack(_flow, _suppressed);
    }

    /// <summary>For a thread that is about to block on a future.</summary>
    /// <param name="scheduler">The runtime.</param>
    /// <returns>The scope.</returns>
    /// <exception cref="InvalidOperationException">The thread is polling futures already.</exception>
    internal static EnterScope ForBlockOn(RuntimeScheduler scheduler)
    {
        ThrowIfPolling();
        return new EnterScope(Ambient.Current, scheduler);
    }

    /// <summary>Refuses BlockOn before anything of it has run.</summary>
    /// <exception cref="InvalidOperationException">The thread is polling futures already.</exception>
    internal static void ThrowIfPolling()
    {
        if (Ambient.Current.Polling)
        {
            throw new InvalidOperationException(
                "BlockOn was called on a thread that is polling futures: blocking it would stop the other tasks. " +
                "Await the future, or call BlockOn inside Kio.SpawnBlocking.");
        }
    }
}
