namespace Kioto;

/// <summary>One frame of an await chain as it was read: what must not have changed for the reading to count.</summary>
/// <param name="Source">The frame.</param>
/// <param name="Version">Its version.</param>
/// <param name="Parent">Who awaits it.</param>
internal readonly record struct FrameCapture(FutureSource Source, uint Version, FutureSource? Parent)
{
    /// <summary>Whether it is still the same await of the same frame.</summary>
    /// <returns>True if it is.</returns>
    internal bool Holds() =>
        System.Threading.Volatile.Read(ref Source.Version) == Version // ORDERING: after the process-wide fence between the readings.
        && ReferenceEquals(System.Threading.Volatile.Read(ref Source.Parent), Parent);
}
