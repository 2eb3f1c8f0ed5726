using System.Threading;

namespace Kioto;

/// <summary>A place in a timer wheel. Intrusive: starting a timer allocates nothing.</summary>
/// <remarks>
/// It is a leaf, so that a sleep is one object: a million of them are not two million. Timers of those who are no futures
/// are <see cref="PlainTimer"/>s.
/// INVARIANT: once started, all fields are guarded by the lock of <see cref="Holder"/>, but the owner may read how it
/// stands, and what it wrote itself, without it, and leave and move it as <see cref="TimerWord"/> says. The wheel's last
/// write to an entry that fires is its word: whoever sees it fired has the entry for itself. The target is the owner's
/// to forget.
/// </remarks>
internal abstract class TimerEntry : LeafSource<Unit>
{
    /// <summary>Nanoseconds on the timer source's clock; the timer never fires before. The wheel may round it up.</summary>
    internal long Deadline;

    /// <summary>The wheel that holds it, or held it last. Written under that wheel's lock, and by an owner who has it back.</summary>
    internal TimerHolder? Holder;

    /// <summary>In a list: the one before; of a list's first: its last.</summary>
    internal TimerEntry? Previous;

    internal TimerEntry? NextEntry;

    /// <summary>Whom to wake; <see cref="NoTarget"/> while it lies in its wheel and nobody waits.</summary>
    internal WakeTarget? Target;

    /// <summary>Which slot list of the wheel; -1 when in none.</summary>
    internal short Slot = -1;

    /// <summary>How it stands; see there for who may change it.</summary>
    internal TimerWord Word;

    internal TimerState Standing => Word.State;

    /// <summary>Whether its owner has left it, see <see cref="TimerHolder.TryLeave"/>. ORDERING: see <see cref="TimerWord"/>.</summary>
    internal bool IsLeft => ReferenceEquals(Volatile.Read(ref Target), NoTarget.Instance);
}
