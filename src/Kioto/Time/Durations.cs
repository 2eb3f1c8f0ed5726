using System;
using System.Globalization;
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

    /// <summary>How long a timer still runs, in words, for dumps.</summary>
    /// <param name="deadline">When it fires.</param>
    /// <param name="now">The time on its clock.</param>
    /// <returns>Such as "1.2 s left".</returns>
    internal static string Left(long deadline, long now)
    {
        if (deadline == long.MaxValue)
        {
            return "for ever";
        }

        long left = deadline - now;
        return left <= 0 ? "due" : $"{InWords(TimeSpan.FromTicks(left / 100))} left";
    }

    /// <summary>A duration in words, with two or three figures.</summary>
    /// <param name="duration">The duration.</param>
    /// <returns>Such as "1.2 s".</returns>
    internal static string InWords(TimeSpan duration) => duration switch
    {
        { TotalSeconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:0.#} ms"),
        { TotalMinutes: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.#} s"),
        { TotalHours: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMinutes:0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalHours:0} h"),
    };
}
