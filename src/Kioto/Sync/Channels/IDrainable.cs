namespace Kioto.Sync;

/// <summary>A channel, for who waits until nothing comes any more: the .NET readers of its receivers.</summary>
internal interface IDrainable : IClosable
{
    /// <summary>Looks whether it is so (it is closed and drained, or nobody receives), and else waits or goes on waiting.</summary>
    /// <param name="waiter">The operation; <see cref="IClosable.WithdrawClosed"/> takes it back.</param>
    /// <param name="target">Whom to wake.</param>
    /// <returns>Whether it is so.</returns>
    bool PollOver(Waiter waiter, WakeTarget target);
}
