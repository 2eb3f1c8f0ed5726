using System;

namespace Kioto.Sync;

/// <summary>Waits until nobody receives from a channel any more. Not a oneshot's, whose pooled core has a version to look at.</summary>
/// <param name="channel">The channel.</param>
/// <param name="sender">The type that a dump names.</param>
internal readonly struct ClosedOperation(IClosable channel, Type sender) : IWaitOperation<Unit>
{
    public bool Poll(Waiter waiter, WakeTarget target, out Unit result)
    {
        result = default;
        return channel.PollClosed(waiter, target);
    }

    public void Withdraw(Waiter waiter) => channel.WithdrawClosed(waiter);

    public void Describe(LeafDescription into) => into.Set(sender, "ClosedAsync", channel);
}
