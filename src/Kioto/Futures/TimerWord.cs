using System.Threading;

namespace Kioto;

/// <summary>The state word of a timer: how it stands, and how often that has changed.</summary>
/// <remarks>
/// Two may change it at the same time: the wheel, under its lock, and the timer's owner, who moves a timer, and starts one
/// again that it has left, without that lock. What else the owner does with a timer in a wheel is done under the lock, and
/// begins a new round.
/// INVARIANT, ONE JUDGEMENT: the wheel judges a timer by the deadline and the target that it reads after the word, and
/// its verdict counts only if the word is still the one that it read. The owner writes the deadline and the target before
/// it changes the word, and each change is another word: so a verdict is never about the round before. Leaving a timer is
/// no change: its target is nobody then. Who was it may still be woken, once, by a verdict that was on its way.
/// INVARIANT, NEVER EARLIER: without the lock the owner gives a timer later deadlines only. So a timer lies in a slot that
/// is looked at no later than at its deadline, whichever of its deadlines the wheel has seen.
/// INVARIANT, LET GO: once the word says Fired or Gone the wheel has taken the timer out, and touches it no more.
/// The count has 30 bits: it would have to wrap between a wheel's two looks at one timer.
/// </remarks>
internal struct TimerWord
{
    private const int Mask = 3;
    private const int Change = 4;

    private int _word;

    /// <summary>How the timer stands. Any thread.</summary>
    internal readonly TimerState State => StateOf(Volatile.Read(in _word)); // ORDERING: acquire, pairs with TrySettle: LET GO.

    /// <summary>The state of a word that was read.</summary>
    /// <param name="seen">What <see cref="Read"/> gave.</param>
    /// <returns>The state.</returns>
    internal static TimerState StateOf(int seen) => (TimerState)(seen & Mask);

    /// <summary>The word, for a verdict on what is read after it.</summary>
    /// <returns>The word.</returns>
    internal readonly int Read() => Volatile.Read(in _word); // ORDERING: acquire, before the deadline and the target.

    /// <summary>A new round begins. Under the lock of the wheel that the timer goes into, and in no list.</summary>
    internal void Start() => Volatile.Write(ref _word, Next(_word, TimerState.Waiting)); // ORDERING: the lock's.

    /// <summary>The owner waits for a later deadline, which is written. Without the lock.</summary>
    /// <returns>Settled: the wheel was first, and has judged by the deadline before or by this one.</returns>
    internal TransitionToMoved TryMove()
    {
        int seen = Read();

        // ORDERING: ONE JUDGEMENT; publishes the deadline and the target.
        return StateOf(seen) == TimerState.Waiting && Interlocked.CompareExchange(ref _word, Next(seen, TimerState.Waiting), seen) == seen
            ? TransitionToMoved.Success
            : TransitionToMoved.Settled;
    }

    /// <summary>The wheel lets go of the timer, which is in no list any more. Under the wheel's lock.</summary>
    /// <param name="seen">The word before the deadline and the target were read.</param>
    /// <param name="state">Fired or Gone.</param>
    /// <returns>Changed: the owner was first, and what was read is not the truth any more.</returns>
    internal TransitionToSettled TrySettle(int seen, TimerState state) =>

        // ORDERING: ONE JUDGEMENT; release, pairs with the owner's look at the state: LET GO.
        Interlocked.CompareExchange(ref _word, Next(seen, state), seen) == seen
            ? TransitionToSettled.Success
            : TransitionToSettled.Changed;

    private static int Next(int seen, TimerState state) => ((seen & ~Mask) + Change) | (int)state;
}
