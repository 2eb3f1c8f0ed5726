using System;
using System.Runtime.CompilerServices;

namespace Kioto;

/// <summary>What earlier dumps saw strands wait for: nothing else knows since when, as nobody reads a clock to wait, unless figures of tasks are kept.</summary>
internal static class DumpMemory
{
    private static readonly ConditionalWeakTable<Strand, Seen> s_seen = [];

    /// <summary>How long the wait has lasted at least, and remembers it for the next dump.</summary>
    /// <param name="capture">A confirmed reading.</param>
    /// <returns>The time since a dump first saw this same wait; null if none has.</returns>
    internal static TimeSpan? Remember(StrandCapture? capture)
    {
        if (capture?.Identity is not ({ } leaf, var version) || leaf is YieldLeaf)
        {
            return null;
        }

        Seen seen = s_seen.GetOrCreateValue(capture.Strand);
        long now = Clock.Now;
        lock (seen)
        {
            if (seen.Leaf is { } known && known.TryGetTarget(out FutureSource? last) && ReferenceEquals(last, leaf) && seen.Version == version)
            {
                return TimeSpan.FromTicks((now - seen.At) / 100);
            }

            seen.Leaf = new WeakReference<FutureSource>(leaf);
            seen.Version = version;
            seen.At = now;
            return null;
        }
    }

    private sealed class Seen
    {
        internal WeakReference<FutureSource>? Leaf { get; set; }

        internal uint Version { get; set; }

        internal long At { get; set; }
    }
}
