using System;
using System.Threading;

namespace Kioto;

/// <summary>Checks the durations that users give.</summary>
internal static class Durations
{
    /// <summary>A wait in nanoseconds; long.MaxValue is for ever.</summary>
    /// <param name="duration">Zero or more, or infinite.</param>
    /// <param name="who">Who asks, for the message.</param>
    /// <returns>Nanoseconds.</returns>
    internal static long ToNanos(TimeSpan duration, string who)
    {
        if (duration >= TimeSpan.Zero)
        {
            return Instant.ToNanos(duration);
        }

        return duration == Timeout.InfiniteTimeSpan
            ? long.MaxValue
            : throw new ArgumentOutOfRangeException(nameof(duration), duration, $"{who} needs a duration of zero or more.");
    }

    /// <summary>The moment after a wait.</summary>
    /// <param name="duration">Zero or more, or infinite.</param>
    /// <param name="who">Who asks, for the message.</param>
    /// <returns>The moment.</returns>
    internal static Instant FromNow(TimeSpan duration, string who)
    {
        long nanos = ToNanos(duration, who);
        return new Instant(Instant.Add(Instant.Now.Nanos, nanos));
    }
}
