using System.Collections.Generic;

namespace Kioto;

/// <summary>One list for all threads, so that what one thread returns the next rents at once: reuse is what can go wrong.</summary>
internal static class SourcePool<TSource>
    where TSource : FutureSource, new()
{
    private static readonly Stack<TSource> s_free = new();

    internal static TSource Rent(Ambient ambient)
    {
        TSource rented = s_free.TryPop(out TSource? source) ? source : new TSource();
        Ownership.Begin(rented);
        return rented;
    }

    internal static void Return(Ambient ambient, TSource source)
    {
        Ownership.End(source);
        Interlocked.MemoryBarrier(); // From thread to thread sources go through a depot, under a lock.
        s_free.Push(source);
    }

    /// <summary>Always: what is kept for the next use is the next one's, whoever that is.</summary>
    internal static bool TryReturnOnTop(Ambient ambient, TSource source)
    {
        Return(ambient, source);
        return true;
    }

    /// <summary>At the beginning of a model, because executions must not depend on each other.</summary>
    internal static void Clear() => s_free.Clear();
}
