using System.Threading;

namespace Kioto;

/// <summary>Numbers the pools of the process: the index of each in <see cref="Ambient.Magazines"/>.</summary>
internal static class PoolIndex
{
    private static int s_last = -1;

    internal static int Next() => Interlocked.Increment(ref s_last); // ORDERING: uniqueness only.
}
