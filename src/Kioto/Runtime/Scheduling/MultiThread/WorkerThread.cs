using System.Threading;

namespace Kioto;

/// <summary>A thread that runs a core when it is given one, and waits in reserve when it is not.</summary>
internal sealed class WorkerThread
{
    private readonly Crew _crew;
    private readonly MultiThreadScheduler _scheduler;

    internal WorkerThread(Crew crew, MultiThreadScheduler scheduler, int worker)
    {
        _crew = crew;
        _scheduler = scheduler;
        Worker = worker;
    }

    /// <summary>The worker that it was started for, which hooks and affinity know it by; it may run others later.</summary>
    internal int Worker { get; }

    internal ThreadParker Parker { get; } = new();

    /// <summary>The core that it is to take. INVARIANT: under the hand-off lock.</summary>
    internal Core? Seated { get; set; }

    /// <summary>Whether it is in reserve. INVARIANT: under the hand-off lock.</summary>
    internal bool InReserve { get; set; }

    /// <summary>Whether it has been in reserve or run a core. INVARIANT: under the hand-off lock.</summary>
    internal bool HasJoined { get; set; }

    /// <summary>The body of the thread: returns when it has waited for too long, or the runtime has ended.</summary>
    internal void Run()
    {
        Ambient ambient = Ambient.Current;
        ambient.Scheduler = _scheduler;
        ambient.Home = _scheduler;
        ambient.Poller = _scheduler;
        ambient.Polling = true;
        ambient.SetFlow(_scheduler.FlowsContext);
        SynchronizationContext.SetSynchronizationContext(_scheduler.Context);
        if (!RunCores(ambient))
        {
            _scheduler.ThreadHooks?.Stopping(Worker);
        }

        ambient.IdleTimers.TakeBack(ambient);
        ambient.Closing = null;
        ambient.Home = null;
        ambient.Poller = null;
        ambient.Scheduler = null;
    }

    // Returns whether it has said that it stops.
    private bool RunCores(Ambient ambient)
    {
        while (_crew.Next(this, ambient) is { } core)
        {
            while (new Worker(core, ambient).Loop())
            {
                // The runtime ends. The thread polls nothing after its stop hook; and whoever waits for the runtime's end
                // finds that it has been called.
                core.Counters.End();
                Core? next = _crew.TryReplace(core, this, ambient);
                if (next is null)
                {
                    _scheduler.ThreadHooks?.Stopping(Worker);
                }

                _scheduler.OnWorkerExit(core);
                if (next is null)
                {
                    return true;
                }

                core = next;
            }
        }

        return false;
    }
}
