using System.Threading;

namespace Kioto;

/// <summary>Whether the thread that watches slices sleeps until somebody polls.</summary>
/// <remarks>
/// A mutable struct that is never copied: a field of <see cref="SliceKeeper"/>.
/// INVARIANT, ROUSED: a thread that begins a poll counts it, then reads the word, with no fence in between; who falls
/// asleep writes the word, then (barrier of all processors) reads the counts of all threads. Whichever comes second
/// sees the other: either the thread finds the keeper asleep and rouses it, or the keeper sees that somebody polls.
/// </remarks>
internal struct SliceSleep
{
    private const int Asleep = 0;
    private const int Awake = 1;

    // INVARIANT: Asleep is written by the keeper only; Awake by whoever rouses it, and by the keeper.
    private int _word;

    /// <summary>Whether it sleeps, or has yet to be started. Any thread, at each poll.</summary>
    internal readonly bool IsAsleep => Volatile.Read(in _word) == Asleep; // ORDERING: ROUSED.

    /// <summary>Somebody polls. Any thread.</summary>
    /// <returns>Whether it slept: then the caller unparks it.</returns>
    internal bool TryRouse() => Interlocked.CompareExchange(ref _word, Awake, Asleep) == Asleep; // ORDERING: once a sleep.

    /// <summary>The keeper says that it sleeps. It does once it has looked at all counts again after this.</summary>
    internal void FallAsleep()
    {
        Volatile.Write(ref _word, Asleep);
        Interlocked.MemoryBarrierProcessWide(); // ORDERING: ROUSED; for the threads' sides too.
    }
}
