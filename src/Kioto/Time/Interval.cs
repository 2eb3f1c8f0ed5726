using System;

namespace Kioto;

/// <summary>Ticks every period. Made by <see cref="Kio.Interval"/> and <see cref="Kio.IntervalAt"/>.</summary>
/// <remarks>
/// As Tokio's <c>Interval</c>. Nothing runs between the ticks: each is a wait that somebody awaits, one at a time. What
/// happens when that is too late is <see cref="MissedTickBehavior"/>'s business.
/// </remarks>
public sealed class Interval
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(5);

    private readonly Sleep _sleep;

    internal Interval(Instant start, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero);
        Period = period;
        _sleep = new Sleep(start);
    }

    /// <summary>The time between two ticks.</summary>
    public TimeSpan Period { get; }

    /// <summary>What happens after a tick that was asked for too late. Default: Burst, as in Tokio.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is set to a value that there is not.</exception>
    public MissedTickBehavior MissedTickBehavior
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)value, (uint)MissedTickBehavior.Skip, nameof(value));
            field = value;
        }
    }

    /// <summary>Waits for the next tick. Cancel safe: a tick that nobody got comes again.</summary>
    /// <returns>
    /// When the tick was due, which may have been a while ago. Awaiting throws <see cref="InvalidOperationException"/>
    /// outside any runtime, after its end, and while somebody else waits for this interval.
    /// </returns>
    [CancelSafe]
    public async Future<Instant> TickAsync()
    {
        await _sleep;
        Instant due = _sleep.Deadline;
        Instant now = Instant.Now;
        _sleep.Reset(now > due + s_patience ? AfterMissed(due, now) : due + Period);
        return due;
    }

    /// <summary>The next tick comes a period from now.</summary>
    public void Reset() => _sleep.Reset(Instant.Now + Period);

    /// <summary>The next tick comes at once, those after it each a period later.</summary>
    public void ResetImmediately() => _sleep.Reset(Instant.Now);

    /// <summary>The next tick comes after a time, those after it each a period later.</summary>
    /// <param name="duration">Zero or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The duration is negative.</exception>
    public void ResetAfter(TimeSpan duration) => _sleep.Reset(Durations.FromNow(duration, "Interval.ResetAfter"));

    /// <summary>The next tick comes at a moment, those after it each a period later.</summary>
    /// <param name="deadline">The moment.</param>
    public void ResetAt(Instant deadline) => _sleep.Reset(deadline);

    private Instant AfterMissed(Instant due, Instant now) => MissedTickBehavior switch
    {
        MissedTickBehavior.Delay => now + Period,
        MissedTickBehavior.Skip => new Instant(Instant.Add(now.Nanos, PeriodNanos - SinceTick(due, now))),
        _ => due + Period,
    };

    // How long ago the schedule's last tick was. The first one may be further away than a long can tell.
    private long SinceTick(Instant due, Instant now) => (long)(unchecked((ulong)now.Nanos - (ulong)due.Nanos) % (ulong)PeriodNanos);

    private long PeriodNanos => Instant.ToNanos(Period);
}
