using System;
using System.Threading;

namespace Kioto;

public static partial class Kio
{
    /// <summary>Waits for a time: at least that long, at most about a millisecond more on an idle machine.</summary>
    /// <remarks>The time counts from the first await. Cancel safe. As Tokio's <c>sleep</c>.</remarks>
    /// <param name="duration">Zero or more, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <returns>The future to await, inside a runtime.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The duration is negative.</exception>
    [CancelSafe]
    public static Future Sleep(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero && duration != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(duration), duration, "Kio.Sleep needs a duration of zero or more.");
        }

        long nanos = duration < TimeSpan.Zero || duration.Ticks > long.MaxValue / 100 ? long.MaxValue : duration.Ticks * 100;
        return SleepLeaf.Until(nanos);
    }
}
