using System.Threading;

namespace Kioto.AspNetCore;

/// <summary>Whether a connection's requests are started on the thread pool, and the scheduler counts it for that.</summary>
/// <remarks>
/// A mutable struct that is never copied: a field of <c>KiotoConnection</c>. It goes from idle to relaying to
/// gone, or from idle to gone, and never back.
/// INVARIANT: at most one caller is told Begun; one is told Ended if, and only if, one is told Begun and the connection
/// has gone. So the scheduler's count is right once both have told it. The end may overtake the beginning on the way:
/// for a moment the count is one too low, at worst below zero, which the scheduler takes for none.
/// </remarks>
internal struct RelayState
{
    private const int Idle = 0;
    private const int Relaying = 1;
    private const int Gone = 2;

    // INVARIANT: one of the three; changed by atomic operations only, by requests that begin and by the disposal.
    private int _value;

    /// <summary>A request has been started on the thread pool. Any thread, also after the connection has gone.</summary>
    /// <returns>Begun for the first one of a connection that has not gone.</returns>
    internal RelayChange TransitionToRelaying() =>
        Volatile.Read(in _value) == Idle // ORDERING: none, it spares later requests the exchange.
        && Interlocked.CompareExchange(ref _value, Relaying, Idle) == Idle // ORDERING: pairs with TransitionToGone.
            ? RelayChange.Begun
            : RelayChange.None;

    /// <summary>The connection is disposed of. Any thread, any number of times.</summary>
    /// <returns>Ended for the first call, if it was relaying.</returns>
    internal RelayChange TransitionToGone() =>
        Interlocked.Exchange(ref _value, Gone) == Relaying // ORDERING: pairs with TransitionToRelaying.
            ? RelayChange.Ended
            : RelayChange.None;
}
