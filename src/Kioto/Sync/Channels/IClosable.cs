namespace Kioto.Sync;

/// <summary>A channel, for who waits until nobody receives from it any more: its senders.</summary>
internal interface IClosable
{
    /// <summary>Looks whether it is so, and else waits or goes on waiting.</summary>
    /// <param name="waiter">The operation.</param>
    /// <param name="target">Whom to wake.</param>
    /// <returns>Whether it is so.</returns>
    bool PollClosed(Waiter waiter, WakeTarget target);

    /// <summary>Stops waiting, for this or for what else a channel is waited for to end.</summary>
    /// <param name="waiter">The operation.</param>
    void WithdrawClosed(Waiter waiter);
}
