using System;

namespace Kioto.Sync;

/// <summary>Waits until nothing comes any more from a channel: the completion of its .NET readers.</summary>
/// <param name="channel">The channel.</param>
/// <param name="receiver">The type that a dump names.</param>
internal readonly struct OverOperation(IDrainable channel, Type receiver) : IWaitOperation<Unit>
{
    public bool Poll(Waiter waiter, WakeTarget target, out Unit result)
    {
        result = default;
        return channel.PollOver(waiter, target);
    }

    public void Withdraw(Waiter waiter) => channel.WithdrawClosed(waiter);

    public void Describe(LeafDescription into) => into.Set(receiver, "Completion", channel);
}
