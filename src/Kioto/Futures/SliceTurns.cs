using System.Threading;

namespace Kioto;

/// <summary>Counts the polls that a thread begins, so that somebody else sees whether the same one still goes on.</summary>
/// <remarks>
/// A mutable struct that is never copied: a field of <see cref="Ambient"/>. INVARIANT: written by its own thread only; it
/// wraps. While it stays the same, the same poll goes on, or none.
/// </remarks>
internal struct SliceTurns
{
    private int _turns;

    /// <summary>How many polls have begun. Any thread.</summary>
    internal readonly int Count => Volatile.Read(in _turns); // ORDERING: a hint; SliceSleep says what it needs where.

    /// <summary>A poll begins. Its own thread.</summary>
    internal void Begin() => Volatile.Write(ref _turns, Volatile.Read(ref _turns) + 1); // ORDERING: before the look at SliceSleep, see there.
}
