namespace Kioto.Sync;

/// <summary>Waits until an mpsc channel is closed.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
/// <param name="channel">The channel.</param>
internal readonly struct MpscClosedOperation<T>(MpscChannel<T> channel) : IWaitOperation<Unit>
{
    public bool Poll(Waiter waiter, WakeTarget target, out Unit result)
    {
        result = default;
        return channel.PollClosed(waiter, target);
    }

    public void Withdraw(Waiter waiter) => channel.WithdrawClosed(waiter);

    public void Describe(LeafDescription into) => into.Set(typeof(MpscSender<T>), "ClosedAsync", channel);
}
