namespace Kioto;

/// <summary>A place in a timer wheel: what a sleeping leaf owns. Intrusive: starting a timer allocates nothing.</summary>
/// <remarks>
/// INVARIANT: once started, all fields are guarded by the lock of <see cref="Wheel"/>, but the owner may read
/// <see cref="State"/>, and the <see cref="Target"/> that it wrote itself, without it. The wheel's last write to an
/// entry that fires is its state: whoever sees it fired has the entry for itself.
/// </remarks>
internal sealed class TimerEntry
{
    /// <summary>Nanoseconds on the timer source's clock; the timer never fires before. The wheel may round it up.</summary>
    internal long Deadline;

    /// <summary>The wheel that holds it, or held it last. Written under that wheel's lock; read as a hint.</summary>
    internal object? Wheel;

    /// <summary>In a list: the one before; of a list's first: its last.</summary>
    internal TimerEntry? Previous;

    internal TimerEntry? NextEntry;

    /// <summary>Whom to wake.</summary>
    internal WakeTarget? Target;

    /// <summary>Which slot list of the wheel; -1 when in none.</summary>
    internal short Slot = -1;

    internal TimerState State;
}
