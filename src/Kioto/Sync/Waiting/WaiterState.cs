namespace Kioto.Sync;

/// <summary>Where a waiter is. Every change but Taken and Skipped is made under the lock of what it waits for.</summary>
internal enum WaiterState
{
    /// <summary>In no list: not begun, or ended.</summary>
    Idle,

    /// <summary>In the list.</summary>
    Waiting,

    /// <summary>Taken off the list: what it waited for is its own, from its next poll on.</summary>
    Granted,

    /// <summary>What was granted has been taken, by the waiter's poll or to be given back. From Granted, by one atomic operation.</summary>
    Taken,

    /// <summary>What was granted was passed on, because the waiter was not polled. From Granted, by one atomic operation.</summary>
    Skipped,

    /// <summary>Taken off the list: what it waited for will not come.</summary>
    Closed,
}
