using System;
using System.Threading;

namespace Kioto.Sync;

/// <summary>What a .NET writer of a channel was completed with. A mutable struct that is never copied: a field of the channel.</summary>
internal struct ChannelFailure
{
    // INVARIANT: set once, before the end of the sender whose writer it was.
    private Exception? _first;

    /// <summary>The failure, or null.</summary>
    internal readonly Exception? Value => Volatile.Read(in _first); // ORDERING: read after the end; the sender's count publishes it.

    /// <summary>Ends a sender, once.</summary>
    /// <param name="disposed">Whether it has ended already.</param>
    /// <param name="error">What its writer was completed with.</param>
    /// <returns>Whether this was the end.</returns>
    internal bool TryEnd(ref int disposed, Exception? error)
    {
        // ORDERING: once.
        if (Interlocked.Exchange(ref disposed, 1) != 0)
        {
            return false;
        }

        if (error is not null)
        {
            Interlocked.CompareExchange(ref _first, error, null); // ORDERING: the first one counts.
        }

        return true;
    }
}
