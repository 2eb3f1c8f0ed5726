namespace Kioto;

/// <summary>What a runtime must offer for time: a monotonic clock and a place to wait in.</summary>
internal interface ITimerSource
{
    /// <summary>Nanoseconds on a monotonic clock.</summary>
    long Now { get; }

    /// <summary>Starts a timer; it fires once, not before its deadline.</summary>
    /// <param name="timer">An entry that is in no wheel, its deadline and waker set.</param>
    void Start(TimerEntry timer);

    /// <summary>Takes a timer back.</summary>
    /// <param name="timer">An entry that was started.</param>
    void Cancel(TimerEntry timer);
}
