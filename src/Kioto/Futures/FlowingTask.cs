using System.Threading;

namespace Kioto;

/// <summary>What flows with the Task-based code of a task: by execution contexts, which may be kept for longer than it lives.</summary>
/// <param name="scheduler">The runtime that it belongs to; null for none.</param>
/// <param name="strand">The task.</param>
internal sealed class FlowingTask(Scheduler? scheduler, Strand strand)
{
    private Strand? _strand = strand;

    internal Scheduler? Scheduler { get; } = scheduler;

    /// <summary>The task, until it has ended.</summary>
    internal Strand? Strand => Volatile.Read(ref _strand); // ORDERING: a hint; an ended task is cancelled by nobody.

    /// <summary>The task has ended: who keeps a context must not keep its result.</summary>
    internal void Forget() => Volatile.Write(ref _strand, null); // ORDERING: as above.
}
