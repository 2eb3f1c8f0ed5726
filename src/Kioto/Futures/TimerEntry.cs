namespace Kioto;

/// <summary>A place in a timer wheel: what a sleeping leaf owns. Intrusive: starting a timer allocates nothing.</summary>
/// <remarks>INVARIANT: all fields but <see cref="Target"/> are guarded by the lock of <see cref="Wheel"/>.</remarks>
internal sealed class TimerEntry
{
    /// <summary>Nanoseconds on the timer source's clock; the timer never fires before.</summary>
    internal long Deadline;

    /// <summary>The wheel that holds it; null when it is in none. Written under that wheel's lock; read as a hint.</summary>
    internal object? Wheel;

    internal TimerEntry? Previous;

    internal TimerEntry? NextEntry;

    /// <summary>Which slot list of the wheel; -1 when in none.</summary>
    internal int Slot = -1;

    /// <summary>Set by the wheel under its lock before it wakes the target.</summary>
    internal bool Fired;

    /// <summary>Whom to wake. INVARIANT: guarded by the wheel's lock once started.</summary>
    internal WakeTarget? Target;
}
