using System.Threading;

namespace Kioto;

/// <summary>Which core a thread holds, and whether it is using it at this moment: so that a stuck thread can lose it.</summary>
/// <remarks>
/// A mutable struct that is never copied: a field of <see cref="Ambient"/>. Two words of the thread's own, so that the
/// thread pays two plain stores for each use of its core and no atomic operation; who takes a core away pays for both
/// sides, with a barrier that reaches every processor of the process.
/// <para>INVARIANT, USE: the core's own state is touched only between <see cref="Enter"/> and <see cref="Leave"/> that
/// gave the core, or between <see cref="EndPoll"/>, or <see cref="Begin"/>, and the next <see cref="BeginPoll"/>: then
/// <c>_uses</c> is not 0. Nothing in between waits for anybody who takes cores away.</para>
/// <para>INVARIANT, REVOKED: who revokes clears <c>_core</c>, then (barrier of all processors) reads <c>_uses</c>; the
/// holder raises <c>_uses</c>, then reads <c>_core</c>. Whichever comes second sees the other: a use that began before
/// is seen and the revocation is taken back, a use that begins after finds no core. A use that has ended is over: its
/// stores are older than the 0 that is read.</para>
/// <para>INVARIANT, VERDICT: while a revocation is under way, which may yet be taken back, the scheduler's hand-off lock
/// is held. A thread that finds no core where it had one does without, or takes that lock to learn which it is.</para>
/// </remarks>
internal struct CoreHold
{
    // In the worker's loop: more than any nesting of uses during a poll.
    private const int InLoop = 1 << 16;

    // How often a revocation looks whether a short use has ended.
    private const int Patience = 64;

    // INVARIANT: written by the thread itself, and by who revokes or gives, under the hand-off lock.
    private object? _core;

    // INVARIANT: written by the thread itself only. How many uses are open; InLoop outside polls.
    private int _uses;

    /// <summary>The core, for a look at what of it is constant.</summary>
    internal readonly object? Core => Volatile.Read(in _core); // ORDERING: a moment's picture.

    /// <summary>Whether the holder polls a task, at some moment: only then can it lose its core. Any thread.</summary>
    internal readonly bool IsPolling => Volatile.Read(in _uses) < InLoop; // ORDERING: a hint.

    /// <summary>Begins a use, during a poll or not. <see cref="Leave"/> ends it, whatever this gave.</summary>
    /// <returns>The core, which stays the thread's until then; null if it has none.</returns>
    internal object? Enter()
    {
        // ORDERING: REVOKED. The processor may make the load first; the barrier of who revokes is for both sides.
        Volatile.Write(ref _uses, Volatile.Read(ref _uses) + 1);
        return Volatile.Read(ref _core);
    }

    /// <summary>Ends a use.</summary>
    internal void Leave() => Volatile.Write(ref _uses, Volatile.Read(ref _uses) - 1); // ORDERING: release of the core's state.

    /// <summary>A poll begins: from now on the core may be taken away. From the worker's loop, with a core.</summary>
    internal void BeginPoll() => Volatile.Write(ref _uses, 0); // ORDERING: release of the core's state.

    /// <summary>A poll has ended.</summary>
    /// <param name="core">The core that it began with.</param>
    /// <returns>Whether the thread holds it; if not, the hand-off lock says whether it is lost.</returns>
    internal bool EndPoll(object core)
    {
        Volatile.Write(ref _uses, InLoop); // ORDERING: REVOKED, as in Enter.
        return ReferenceEquals(Volatile.Read(ref _core), core);
    }

    /// <summary>The thread has been given a core and is in its worker's loop. Under the hand-off lock.</summary>
    /// <param name="core">The core.</param>
    internal void Begin(object core)
    {
        Volatile.Write(ref _uses, InLoop);
        Volatile.Write(ref _core, core);
    }

    /// <summary>The thread itself gives its core away or, during the poll, takes it back. Under the hand-off lock.</summary>
    /// <param name="core">The core, or null.</param>
    internal void Set(object? core) => Volatile.Write(ref _core, core); // ORDERING: read by this thread; others hold the lock.

    /// <summary>Takes the core away from another thread, if that is polling and not using it. Under the hand-off lock.</summary>
    /// <param name="core">The core that it holds.</param>
    /// <returns>Whether it is the caller's now, with all that the holder has written.</returns>
    internal bool TryRevoke(object core)
    {
        if (!IsPolling)
        {
            return false;
        }

        Volatile.Write(ref _core, null);
        Interlocked.MemoryBarrierProcessWide(); // ORDERING: REVOKED.
        SpinWait spin = default;
        for (int i = 0; i < Patience; i++)
        {
            if (Volatile.Read(ref _uses) == 0) // ORDERING: acquire of what the holder wrote.
            {
                return true;
            }

            spin.SpinOnce(sleep1Threshold: -1);
        }

        Volatile.Write(ref _core, core); // ORDERING: VERDICT.
        return false;
    }
}
