using System;

namespace Kioto;

/// <summary>A moment on the monotonic clock, in nanoseconds: for measuring durations and for deadlines.</summary>
/// <remarks>
/// As Tokio's <c>Instant</c>. It has nothing to do with the time of day, and only instants of one process, taken on one
/// runtime, compare: a runtime whose clock was paused has a time of its own. Arithmetic never overflows: it stays at
/// <see cref="MinValue"/> or <see cref="MaxValue"/>, which is never reached.
/// </remarks>
public readonly struct Instant : IEquatable<Instant>, IComparable<Instant>
{
    internal Instant(long nanos) => Nanos = nanos;

    /// <summary>A moment that never comes.</summary>
    public static Instant MaxValue => new(long.MaxValue);

    /// <summary>A moment that was before all others.</summary>
    public static Instant MinValue => new(long.MinValue);

    /// <summary>Now: on the clock of the current runtime, which may be paused, or else on the process's.</summary>
    public static Instant Now => new(RuntimeClock.AnyPaused ? RuntimeClock.CurrentNanos : Clock.Now);

    /// <summary>The time since this instant; zero if it lies ahead.</summary>
    public TimeSpan Elapsed => Now.DurationSince(this);

    internal long Nanos { get; }

    /// <summary>The time from an earlier instant to this one; zero if that is later.</summary>
    /// <param name="earlier">The earlier instant.</param>
    /// <returns>Zero or more, in whole ticks of 100 ns.</returns>
    public TimeSpan DurationSince(Instant earlier) => this <= earlier ? TimeSpan.Zero : this - earlier;

    /// <inheritdoc/>
    public int CompareTo(Instant other) => Nanos.CompareTo(other.Nanos);

    /// <inheritdoc/>
    public bool Equals(Instant other) => Nanos == other.Nanos;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Instant other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Nanos.GetHashCode();

    /// <summary>Seconds since the process first asked for the time.</summary>
    /// <returns>For people.</returns>
    public override string ToString() => FormattableString.Invariant($"{Nanos / 1e9:F9} s");

    /// <summary>A later instant.</summary>
    /// <param name="instant">The instant.</param>
    /// <param name="duration">How much later; earlier if negative.</param>
    /// <returns>The instant, at most <see cref="MaxValue"/>.</returns>
    public static Instant operator +(Instant instant, TimeSpan duration) => new(Add(instant.Nanos, ToNanos(duration)));

    /// <summary>An earlier instant.</summary>
    /// <param name="instant">The instant.</param>
    /// <param name="duration">How much earlier; later if negative.</param>
    /// <returns>The instant, at least <see cref="MinValue"/>.</returns>
    public static Instant operator -(Instant instant, TimeSpan duration) =>
        duration == TimeSpan.MinValue ? MaxValue : instant + -duration;

    /// <summary>The time from one instant to another, negative if the first is the earlier one.</summary>
    /// <param name="later">The later instant.</param>
    /// <param name="earlier">The earlier instant.</param>
    /// <returns>The time, in whole ticks of 100 ns.</returns>
    public static TimeSpan operator -(Instant later, Instant earlier)
    {
        Int128 nanos = (Int128)later.Nanos - earlier.Nanos;
        return TimeSpan.FromTicks((long)(nanos / TimeSpan.NanosecondsPerTick));
    }

    /// <summary>Whether both are the same moment.</summary>
    /// <param name="left">One instant.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they are.</returns>
    public static bool operator ==(Instant left, Instant right) => left.Nanos == right.Nanos;

    /// <summary>Whether they are different moments.</summary>
    /// <param name="left">One instant.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they are.</returns>
    public static bool operator !=(Instant left, Instant right) => left.Nanos != right.Nanos;

    /// <summary>Whether one is earlier.</summary>
    /// <param name="left">One instant.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if the first is.</returns>
    public static bool operator <(Instant left, Instant right) => left.Nanos < right.Nanos;

    /// <summary>Whether one is later.</summary>
    /// <param name="left">One instant.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if the first is.</returns>
    public static bool operator >(Instant left, Instant right) => left.Nanos > right.Nanos;

    /// <summary>Whether one is not later.</summary>
    /// <param name="left">One instant.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if the first is not later.</returns>
    public static bool operator <=(Instant left, Instant right) => left.Nanos <= right.Nanos;

    /// <summary>Whether one is not earlier.</summary>
    /// <param name="left">One instant.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if the first is not earlier.</returns>
    public static bool operator >=(Instant left, Instant right) => left.Nanos >= right.Nanos;

    /// <summary>Adds and stays in range.</summary>
    /// <param name="nanos">Nanoseconds.</param>
    /// <param name="more">Nanoseconds.</param>
    /// <returns>The sum; the largest or smallest number where it doesn't fit.</returns>
    internal static long Add(long nanos, long more)
    {
        long sum = unchecked(nanos + more);
        return ((nanos ^ sum) & (more ^ sum)) >= 0 ? sum : more > 0 ? long.MaxValue : long.MinValue;
    }

    /// <summary>A duration in nanoseconds, as long as one can be; that is 292 years.</summary>
    /// <param name="duration">The duration.</param>
    /// <returns>Nanoseconds.</returns>
    internal static long ToNanos(TimeSpan duration) =>
        duration.Ticks > long.MaxValue / TimeSpan.NanosecondsPerTick ? long.MaxValue
        : duration.Ticks < long.MinValue / TimeSpan.NanosecondsPerTick ? long.MinValue
        : duration.Ticks * TimeSpan.NanosecondsPerTick;
}
