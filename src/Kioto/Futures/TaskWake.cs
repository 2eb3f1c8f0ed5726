using System;
using System.Threading;

namespace Kioto;

/// <summary>What a .NET Task calls when it completes: the continuation of the leaf that waits for it, or of none.</summary>
/// <remarks>
/// A Task keeps what it was given until it completes, and nothing public takes it back: so it is a small object of its
/// own, which serves the next leaf of the same Task when this one is withdrawn. See <see cref="ParkedWakes"/>.
/// </remarks>
internal sealed class TaskWake
{
    /// <summary>INVARIANT: guarded by the lock of the parked wakes; the link among them.</summary>
    internal TaskWake? Next;

    // INVARIANT: as in ForeignLeaf; the task's own completion is the flag.
    private WakeTarget? _target;

    internal TaskWake() => Continuation = Complete;

    internal Action Continuation { get; }

    /// <summary>Whom to wake. The caller looks at the task's state afterwards.</summary>
    /// <param name="target">The target.</param>
    internal void SetTarget(WakeTarget? target)
    {
        // ORDERING: full fence between writing the target and reading the task's state; the task completes with an
        // atomic operation before it runs its continuation.
        Interlocked.Exchange(ref _target, target);
    }

    /// <summary>Nobody waits. A wake that is under way comes for nothing.</summary>
    internal void Forget() => Volatile.Write(ref _target, null); // ORDERING: publication only; a wake too many is harmless.

    private void Complete() => Volatile.Read(ref _target)?.Wake(); // ORDERING: pairs with SetTarget's fence.
}
