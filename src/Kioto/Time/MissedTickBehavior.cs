namespace Kioto;

/// <summary>What an <see cref="Interval"/> does when nobody asked for a tick in time. As Tokio's.</summary>
/// <remarks>A tick counts as missed when it is asked for more than 5 ms too late.</remarks>
public enum MissedTickBehavior
{
    /// <summary>Ticks as fast as possible until it has caught up with its schedule, which it keeps.</summary>
    Burst,

    /// <summary>Ticks once, and the next time a whole period later: it starts a new schedule.</summary>
    Delay,

    /// <summary>Ticks once, and goes on at the next time of its schedule; those that were missed are skipped.</summary>
    Skip,
}
