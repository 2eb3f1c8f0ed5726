namespace Kioto.Sync;

/// <summary>Waits until nothing comes any more from an mpmc channel: the completion of its .NET readers.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
/// <param name="channel">The channel.</param>
internal readonly struct MpmcOverOperation<T>(MpmcChannel<T> channel) : IWaitOperation<Unit>
{
    public bool Poll(Waiter waiter, WakeTarget target, out Unit result)
    {
        result = default;
        return channel.PollOver(waiter, target);
    }

    public void Withdraw(Waiter waiter) => channel.WithdrawClosed(waiter);

    public void Describe(LeafDescription into) => into.Set(typeof(MpmcReceiver<T>), "Completion", channel);
}
