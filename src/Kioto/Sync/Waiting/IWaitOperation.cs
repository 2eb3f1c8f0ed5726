namespace Kioto.Sync;

/// <summary>An operation that can be waited for, and what it was called with. A struct: its leaf keeps it inline.</summary>
/// <typeparam name="T">The type of its result.</typeparam>
internal interface IWaitOperation<T>
{
    /// <summary>Tries, and else waits or goes on waiting. An exception is the operation's failure.</summary>
    /// <param name="waiter">The operation's place; Idle at the first poll.</param>
    /// <param name="target">Whom to wake.</param>
    /// <param name="result">The result.</param>
    /// <returns>Whether there is a result.</returns>
    bool Poll(Waiter waiter, WakeTarget target, out T result);

    /// <summary>Stops waiting: gives back what was granted and not taken.</summary>
    /// <param name="waiter">The operation's place.</param>
    void Withdraw(Waiter waiter);

    /// <summary>Says what it waits for, for a dump. As <c>FutureSource.Describe</c>.</summary>
    /// <param name="into">Where to say it.</param>
    void Describe(LeafDescription into);
}
