namespace Kioto;

/// <summary>What holds a timer that was started: one wheel of a timer source.</summary>
internal abstract class TimerHolder
{
    /// <summary>Nanoseconds on the timer source's clock.</summary>
    internal abstract long Now { get; }

    /// <summary>How a timer stands; while it waits, whom it is to wake.</summary>
    /// <param name="timer">An entry that was started here.</param>
    /// <param name="target">The current waker's target.</param>
    /// <returns>How it stands. Once it has fired or is gone, nobody else touches the entry any more.</returns>
    internal abstract TimerState Poll(TimerEntry timer, WakeTarget target);

    /// <summary>Takes a timer back.</summary>
    /// <param name="timer">An entry that was started here. Afterwards nobody else touches it any more.</param>
    internal abstract void Cancel(TimerEntry timer);

    /// <summary>Leaves a timer that nobody waits for any more where it is, instead of taking it back.</summary>
    /// <param name="timer">
    /// An entry that was started here. Until it has been let go of, or taken back, it stays here. If that happens at this
    /// moment, whom it was to wake may be woken.
    /// </param>
    /// <returns>False where that can't be: the entry has fired.</returns>
    internal abstract bool TryLeave(TimerEntry timer);

    /// <summary>Starts a timer that was left here again; its target is set.</summary>
    /// <param name="timer">The entry.</param>
    /// <param name="deadline">The deadline.</param>
    /// <param name="now">What <see cref="Now"/> has just said.</param>
    /// <returns>False where that can't be: it may have been let go of, and may wake its target for that, or its deadline would come earlier.</returns>
    internal abstract bool TryRestart(TimerEntry timer, long deadline, long now);

    /// <summary>Gives a timer that waits a later deadline, without putting it elsewhere.</summary>
    /// <param name="timer">The entry.</param>
    /// <param name="deadline">The deadline.</param>
    /// <returns>False where that can't be: it may have fired, or the deadline would come earlier.</returns>
    internal abstract bool TryMove(TimerEntry timer, long deadline);
}
