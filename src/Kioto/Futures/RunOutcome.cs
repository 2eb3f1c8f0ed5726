namespace Kioto;

/// <summary>What the scheduler does with a task that it has just polled.</summary>
internal enum RunOutcome
{
    /// <summary>Nothing: it completed, or waits to be woken. The scheduler must not touch it.</summary>
    Released,

    /// <summary>Push it: it was woken while it ran.</summary>
    Notified,

    /// <summary>Push it behind everything that is ready.</summary>
    Yielded,
}
