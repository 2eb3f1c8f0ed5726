using System;
using System.Collections.Generic;

namespace Kioto;

/// <summary>What a primitive says of itself for a dump.</summary>
/// <param name="holdings">What guards know of who holds permits; shared by the primitives of one dump.</param>
internal sealed class PrimitiveDescription(Holdings holdings)
{
    internal Holdings Holdings { get; } = holdings;

    /// <summary>What it is: <c>Mutex&lt;Account&gt;</c>.</summary>
    internal string Kind { get; private set; } = "";

    /// <summary>How it is, in words: <c>locked</c>.</summary>
    internal string? State { get; private set; }

    internal bool IsClosed { get; set; }

    /// <summary>The permits that nobody has; null where there are none.</summary>
    internal long? Available { get; set; }

    /// <summary>
    /// All permits that there are, where nothing but the end of a guard brings one back: then who waits for more than
    /// stuck holders leave waits for ever. Else null.
    /// </summary>
    internal long? Total { get; set; }

    internal List<Party> Holders { get; } = [];

    /// <summary>Who waits, in the order in which they will be served.</summary>
    internal List<Party> Waiters { get; } = [];

    internal void Set(Type type, string? state) => Set(TypeNames.Of(type), state);

    internal void Set(string kind, string? state)
    {
        Kind = kind;
        State = state;
    }

    internal void AddHolder(WakeTarget? holder, string role, long permits = 1)
    {
        if (holder is not null)
        {
            Holders.Add(new Party(holder.Poller, role, permits));
        }
    }

    internal void AddWaiter(WakeTarget? waiter, string role, object? place = null, long permits = 0, bool inOrder = false) =>
        Waiters.Add(new Party(waiter?.Poller, role, permits, place, inOrder));
}
