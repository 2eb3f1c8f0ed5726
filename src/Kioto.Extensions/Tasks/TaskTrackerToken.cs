using System;
using System.Threading;

namespace Kioto;

/// <summary>Stands for a task that a <see cref="TaskTracker"/> waits for: dispose it when the work is done.</summary>
public sealed class TaskTrackerToken : IDisposable
{
    // INVARIANT: exchanged to null by who disposes it first.
    private TrackerCore? _tracker;

    internal TaskTrackerToken(TrackerCore tracker)
    {
        _tracker = tracker;
        tracker.Enter();
    }

    /// <summary>The work is done. A second time does nothing.</summary>
    public void Dispose() => Interlocked.Exchange(ref _tracker, null)?.Exit();
}
