using System.Runtime.InteropServices;

namespace Kioto;

/// <summary>What one thread has counted for one scheduler.</summary>
/// <remarks>
/// INVARIANT, ONE WRITER: only its thread writes the numbers, plainly; others read them at any time. They only grow. It
/// hangs on the thread's <see cref="Ambient"/> and is listed by the scheduler's counts, and refers to neither scheduler
/// nor runtime: a thread that has once touched a runtime keeps none alive.
/// </remarks>
internal sealed class ThreadCounts
{
    /// <summary>Of a thread that has counted nothing yet.</summary>
    internal static readonly ThreadCounts None = new(null, null);

    /// <summary>Whose they are; null for <see cref="None"/>.</summary>
    internal readonly SchedulerCounts? Owner;

    /// <summary>The next one of the same thread. INVARIANT: that thread's only.</summary>
    internal ThreadCounts? Next;

    /// <summary>INVARIANT: see ONE WRITER.</summary>
    internal Values Counted;

    private readonly System.Threading.Thread? _thread;

    internal ThreadCounts(SchedulerCounts? owner, System.Threading.Thread? thread)
    {
        Owner = owner;
        _thread = thread;
    }

    /// <summary>Whether its thread has ended: then nothing is added any more.</summary>
    internal bool IsFinal => _thread is { IsAlive: false };

    /// <summary>The numbers, on cache lines of their own: threads write theirs all the time.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 160)]
    internal struct Values
    {
        /// <summary>Tasks that were spawned.</summary>
        [FieldOffset(64)]
        internal long Spawned;

        /// <summary>Tasks that have ended.</summary>
        [FieldOffset(72)]
        internal long Ended;

        /// <summary>Tasks that were put into a queue of the scheduler by a thread that runs no worker of it.</summary>
        [FieldOffset(80)]
        internal long Remote;

        /// <summary>The same, of the background class: they have a queue of their own.</summary>
        [FieldOffset(96)]
        internal long RemoteBackground;

        /// <summary>Polls that ended because the budget was spent.</summary>
        [FieldOffset(88)]
        internal long ForcedYields;
    }
}
