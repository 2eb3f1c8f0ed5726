using System;
using System.Threading;

namespace Kioto;

public static partial class Kio
{
    /// <summary>Waits for a time: at least that long, at most about a millisecond more on an idle machine.</summary>
    /// <remarks>
    /// The time counts from the first await. Cancel safe. As Tokio's <c>sleep</c>. A duration that the clock can't reach
    /// is endless. For a deadline that is moved while somebody waits for it there is <see cref="Kioto.Sleep"/>.
    /// </remarks>
    /// <param name="duration">Zero or more, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <returns>The future to await, inside a runtime; it fails when that runtime is shut down meanwhile.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The duration is negative.</exception>
    [CancelSafe]
    public static Future Sleep(TimeSpan duration) => SleepLeaf.For(Durations.ToNanos(duration, "Kio.Sleep"));

    /// <summary>Waits until a moment; one that has passed is ready at once.</summary>
    /// <remarks>Never too early. Cancel safe. As Tokio's <c>sleep_until</c>.</remarks>
    /// <param name="deadline">The moment, on the clock of the runtime that waits.</param>
    /// <returns>The future to await, inside a runtime; it fails when that runtime is shut down meanwhile.</returns>
    [CancelSafe]
    public static Future SleepUntil(Instant deadline) => SleepLeaf.Until(deadline);

    /// <summary>Ticks again and again: the first time at once, then every period.</summary>
    /// <param name="period">More than zero.</param>
    /// <returns>The interval; see <see cref="Kioto.Interval"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The period is not more than zero.</exception>
    public static Interval Interval(TimeSpan period) => new(Instant.Now, period);

    /// <summary>Ticks again and again: the first time at a moment, then every period.</summary>
    /// <param name="start">When it ticks first.</param>
    /// <param name="period">More than zero.</param>
    /// <returns>The interval; see <see cref="Kioto.Interval"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The period is not more than zero.</exception>
    public static Interval IntervalAt(Instant start, TimeSpan period) => new(start, period);
}
