namespace Kioto.Sync;

/// <summary>What gives permits to waiters, and takes back those that a waiter was not polled for.</summary>
internal interface IPermitSource
{
    /// <summary>Gives what the waiter was granted to the next one, unless the waiter has taken it. Any thread.</summary>
    /// <param name="waiter">Perhaps no longer waiting here.</param>
    /// <param name="target">The task that was polled without taking it.</param>
    void PassOn(Waiter waiter, WakeTarget target);
}
