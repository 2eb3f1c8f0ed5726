using System;

namespace Kioto.Sync;

/// <summary>Waits in the queue for a permit and leaves it to who comes first: "there is room", "there is a value".</summary>
/// <param name="permits">The permits.</param>
/// <param name="channel">The channel that they are of.</param>
/// <param name="type">The type that a dump names.</param>
/// <param name="method">The method that a dump names.</param>
internal readonly struct RoomOperation(PermitQueue permits, object channel, Type type, string method) : IWaitOperation<bool>
{
    /// <summary>Waits for a permit.</summary>
    /// <param name="permits">The permits.</param>
    /// <param name="channel">The channel that they are of.</param>
    /// <param name="type">The type that a dump names.</param>
    /// <param name="method">The method that a dump names.</param>
    /// <returns>False when there will be none.</returns>
    internal static Future<bool> Wait(PermitQueue permits, object channel, Type type, string method) =>
        Sync.Wait.For<RoomOperation, bool>(new RoomOperation(permits, channel, type, method));

    public bool Poll(Waiter waiter, WakeTarget target, out bool result)
    {
        AcquireOutcome outcome = permits.Poll(waiter, target, 1);
        result = outcome == AcquireOutcome.Acquired;
        if (result)
        {
            permits.Release(1);
            permits.TellIfClosed();
        }

        return outcome != AcquireOutcome.NoPermits;
    }

    public void Withdraw(Waiter waiter) => permits.Withdraw(waiter);

    public void Describe(LeafDescription into) => into.Set(type, method, channel);
}
