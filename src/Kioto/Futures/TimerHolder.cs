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
}
