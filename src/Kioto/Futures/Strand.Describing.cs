using System.Threading;

namespace Kioto;

// What dumps read. On any thread, while the strand may be polled: they compare, and read again.
internal abstract partial class Strand
{
    /// <summary>What the strand's fields are at this moment, each for itself.</summary>
    /// <param name="leaf">What it waits for, or waited for last.</param>
    /// <param name="top">The innermost frame.</param>
    /// <param name="waiting">Whether it waits.</param>
    internal void Peek(out FutureSource? leaf, out FutureSource? top, out bool waiting)
    {
        waiting = Volatile.Read(ref _waiting); // ORDERING: hints; validated by a second reading.
        leaf = Volatile.Read(ref _leaf);
        top = Volatile.Read(ref _top);
    }

    /// <summary>The bridges below this strand at this moment.</summary>
    /// <returns>A copy.</returns>
    internal Bridge[] SnapshotBridges()
    {
        if (KnownExtras is not { Bridges: not null })
        {
            return [];
        }

        Monitor.Enter(this);
        try
        {
            return _extras?.Bridges is { } bridges ? [.. bridges] : [];
        }
        finally
        {
            Monitor.Exit(this);
        }
    }
}
