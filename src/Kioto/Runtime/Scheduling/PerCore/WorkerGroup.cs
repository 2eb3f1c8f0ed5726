using System;
using System.Threading;

namespace Kioto;

/// <summary>Workers that share nothing but their end: none lets go of its driver while another one's tasks clean up.</summary>
/// <remarks>INVARIANT: both counters only go down, each by one a worker.</remarks>
internal sealed class WorkerGroup(int workers, Action ended)
{
    private int _undrained = workers;
    private int _running = workers;

    /// <summary>Whether no worker has a task any more.</summary>
    internal bool AllDrained => Volatile.Read(ref _undrained) == 0; // ORDERING: acquire, pairs with Drained.

    /// <summary>A worker's tasks have ended. Once a worker.</summary>
    internal void Drained() => Interlocked.Decrement(ref _undrained); // ORDERING: release of what its tasks did.

    /// <summary>A worker has let go of its driver. Once a worker; the last one ends the runtime.</summary>
    internal void Ended()
    {
        if (Interlocked.Decrement(ref _running) == 0) // ORDERING: full fence: the last one sees all that the others did.
        {
            ended();
        }
    }
}
