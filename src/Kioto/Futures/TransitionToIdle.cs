namespace Kioto;

/// <summary>What the runner does after a pending poll.</summary>
internal enum TransitionToIdle
{
    /// <summary>Nothing; the task belongs to whoever wakes it.</summary>
    Idle,

    /// <summary>Push it: it was woken meanwhile.</summary>
    Notified,

    /// <summary>Still running: push it behind everything that is ready, as it is.</summary>
    Yielded,

    /// <summary>Still running: unwind it now.</summary>
    Cancel,

    /// <summary>Still running: its scheduler has ended, drop it.</summary>
    Kill,
}
