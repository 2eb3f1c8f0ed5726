using System.Threading;

namespace Kioto;

/// <summary>The random numbers of a runtime that was given a seed: the same seed, the same numbers.</summary>
/// <remarks>One stream a worker, and one for each call of BlockOn in turn, so that none depends on another's timing.</remarks>
internal sealed class Seeds(ulong seed)
{
    private const ulong Step = 0x9E3779B97F4A7C15; // SplitMix64's.

    private long _blockOns;

    /// <summary>The seed of a worker.</summary>
    /// <param name="index">Its index.</param>
    /// <returns>The seed.</returns>
    internal ulong OfWorker(int index) => Mix(seed + (Step * ((ulong)index + 1)));

    /// <summary>The seed of the next BlockOn.</summary>
    /// <returns>The seed.</returns>
    internal ulong OfNextBlockOn() =>
        Mix(~seed + (Step * (ulong)Interlocked.Increment(ref _blockOns))); // ORDERING: uniqueness only.

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
