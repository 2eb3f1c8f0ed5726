namespace Kioto;

/// <summary>What a runtime must offer for time: a monotonic clock and a place to wait in.</summary>
internal interface ITimerSource
{
    /// <summary>Nanoseconds on a monotonic clock, which stands still while it is paused.</summary>
    long Now { get; }

    /// <summary>Starts a timer; it fires once, not before its deadline.</summary>
    /// <param name="timer">An entry that is in no wheel, its deadline and target set.</param>
    /// <param name="now">What <see cref="Now"/> has just said.</param>
    void Start(TimerEntry timer, long now);

    /// <summary>Gives a timer another deadline, whether it waits or has fired. Its target stays.</summary>
    /// <param name="timer">An entry that was started here.</param>
    /// <param name="deadline">The new deadline.</param>
    void Reset(TimerEntry timer, long deadline);

    /// <summary>How a timer stands; while it waits, whom it is to wake.</summary>
    /// <param name="timer">An entry that was started here.</param>
    /// <param name="target">The current waker's target.</param>
    /// <returns>How it stands. Once it has fired or is gone, nobody else touches the entry any more.</returns>
    TimerState Poll(TimerEntry timer, WakeTarget target);

    /// <summary>Takes a timer back.</summary>
    /// <param name="timer">An entry that was started. Afterwards nobody else touches it any more.</param>
    void Cancel(TimerEntry timer);
}
