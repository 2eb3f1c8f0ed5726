using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>What few strands need: an object of its own, so that the others stay small.</summary>
internal sealed class StrandExtras
{
    /// <summary>Bridges that an awaiting method of a foreign builder left running below the strand.</summary>
    /// <remarks>INVARIANT: guarded by the lock on the strand.</remarks>
    internal List<Bridge>? Bridges;

    /// <summary>The innermost open scope of a task-local. INVARIANT: only the strand's poller touches it.</summary>
    internal LocalBinding? Locals;

    /// <summary>What was given to the task's waiters and not taken yet.</summary>
    internal HandoutStack Handouts;

    /// <summary>The number of a task that was asked for it; 0 until then. INVARIANT: set once, by compare-exchange.</summary>
    internal ulong Id;

    /// <summary>What is done about the task's failure if nobody observes it: its scope's policy; null is the runtime's.</summary>
    /// <remarks>INVARIANT: written before the task is first scheduled.</remarks>
    internal FailurePolicy? Failures;

    /// <summary>When the task was queued last, if it is of the background class and the time counts.</summary>
    /// <remarks>INVARIANT: written by who pushes it; others read it as a hint.</remarks>
    internal long QueuedAt;

    /// <summary>What the scheduler's observer keeps of the task, or null.</summary>
    /// <remarks>INVARIANT: written before the task is first queued, or by its poller; read by whoever wakes it.</remarks>
    internal TaskProbe? Probe;

    /// <summary>The source of the token that the strand's code has asked for. INVARIANT: set under the strand's lock.</summary>
    internal CancellationTokenSource? Token;

    /// <summary>Runs while a cancellation was delivered and the strand has not ended. Only its poller touches it.</summary>
    internal CleanupGrace? Grace;

    /// <summary>Whether it was reported that this strand, or one inside it, does not end although it is cancelled.</summary>
    /// <remarks>INVARIANT: guarded by the lock on the strand.</remarks>
    internal bool IsReported;

    /// <summary>How often the cancellation was delivered. Only the strand's poller touches it.</summary>
    internal int Deliveries;
}
