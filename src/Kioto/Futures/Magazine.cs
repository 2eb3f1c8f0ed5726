namespace Kioto;

/// <summary>A thread's own stack of free sources of one type. Only that thread touches it.</summary>
/// <remarks>Its capacity grows in steps, each of them reserved of the bound of all pools: see <see cref="PoolShare"/>.</remarks>
internal struct Magazine
{
    /// <summary>The one that lies on top of the others, if there is one: see <see cref="HasSpare"/>.</summary>
    /// <remarks>
    /// A source that comes back, and is taken again, as most are, is not linked and stored each time: what is here stays
    /// when it is taken, and to lay the same one here again is a compare. So a magazine may keep alive one source of its
    /// type that nobody gives back.
    /// </remarks>
    internal FutureSource? Spare;

    /// <summary>Whether the spare one is free.</summary>
    internal bool HasSpare;

    /// <summary>The top of the others; linked through <see cref="FutureSource.Parent"/>.</summary>
    internal FutureSource? Head;

    /// <summary>How many more go in. None before the first return, which gets it its capacity.</summary>
    internal int Room;

    internal int Capacity;

    internal readonly int Count => Capacity - Room;
}
