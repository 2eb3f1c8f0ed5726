namespace Kioto;

/// <summary>What a runtime must offer for time: a monotonic clock and a place to wait in.</summary>
internal interface ITimerSource
{
    /// <summary>Nanoseconds on a monotonic clock, which stands still while it is paused.</summary>
    long Now { get; }

    /// <summary>Starts a timer; it fires once, not before its deadline. From now on it has a holder.</summary>
    /// <param name="timer">An entry that is in no wheel, its deadline and target set.</param>
    /// <param name="now">What <see cref="Now"/> has just said.</param>
    void Start(TimerEntry timer, long now);

    /// <summary>Gives a timer another deadline, whether it waits or has fired. Its target stays.</summary>
    /// <param name="timer">An entry that was started here.</param>
    /// <param name="deadline">The new deadline.</param>
    void Reset(TimerEntry timer, long deadline);
}
