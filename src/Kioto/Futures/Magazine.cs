namespace Kioto;

/// <summary>A thread's own stack of free sources of one type. Only that thread touches it.</summary>
/// <remarks>Its capacity grows in steps, each of them reserved of the bound of all pools: see <see cref="PoolShare"/>.</remarks>
internal struct Magazine
{
    /// <summary>The top; linked through <see cref="FutureSource.Parent"/>.</summary>
    internal FutureSource? Head;

    /// <summary>How many more go in. None before the first return, which gets it its capacity.</summary>
    internal int Room;

    internal int Capacity;

    internal readonly int Count => Capacity - Room;
}
