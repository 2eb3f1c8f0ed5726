using System;
using System.Runtime.CompilerServices;

namespace Kioto;

/// <summary>The pool of one type of source: a magazine a thread over a depot that all threads share.</summary>
/// <remarks>
/// A source that is rented on one thread and returned on another piles up there; at <see cref="MagazineSize"/> half of
/// the magazine moves to the depot, where the renting thread finds it. Bound: <see cref="MagazineSize"/> objects a
/// type and thread, and <see cref="Depot.MaxBytes"/> in all depots of the process. After a gen-2 collection the depots
/// have let half of theirs go; a thread lets its magazines go when it next parks, or finds one empty or full.
/// </remarks>
/// <typeparam name="TSource">The concrete type, found by its index in <see cref="Ambient.Magazines"/>.</typeparam>
internal static class SourcePool<TSource>
    where TSource : FutureSource, new()
{
    internal const int MagazineSize = 64;

    private static readonly int s_index = PoolIndex.Next();
    private static readonly Depot s_depot = new(MeasureObject());

    /// <summary>The bytes of one object, for the depots' bound.</summary>
    internal static int ObjectSize => s_depot.ObjectSize;

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every call of an async Future method
    internal static TSource Rent(Ambient ambient)
    {
        Magazine[] magazines = ambient.Magazines;
        int index = s_index;
        if ((uint)index < (uint)magazines.Length)
        {
            ref Magazine magazine = ref magazines[index];
            if (magazine.Head is { } head)
            {
                magazine.Head = head.Parent;
                magazine.Count--;
                head.Parent = null;
                Ownership.Begin(head);

                // SAFETY: only Return(TSource) fills the magazine at this type's index.
                return Unsafe.As<TSource>(head);
            }
        }

        return RentSlow(ambient);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every completion of an async Future method
    internal static void Return(Ambient ambient, TSource source)
    {
        Ownership.End(source);
        Magazine[] magazines = ambient.Magazines;
        int index = s_index;
        if ((uint)index < (uint)magazines.Length && magazines[index].Count < MagazineSize)
        {
            ref Magazine magazine = ref magazines[index];
            source.Parent = magazine.Head;
            magazine.Head = source;
            magazine.Count++;
            return;
        }

        ReturnSlow(ambient, source);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TSource RentSlow(Ambient ambient)
    {
        Depot.TrimMagazines(ambient);
        ref Magazine magazine = ref Slot(ambient);
        if (s_depot.TryTake() is { } chain)
        {
            magazine.Head = chain.Parent;
            magazine.Count = (MagazineSize / 2) - 1;
            chain.Parent = null;
            Ownership.Begin(chain);
            return Unsafe.As<TSource>(chain); // SAFETY: as in Rent; the depot holds what magazines of this type spilled.
        }

        TSource source = new();
        Ownership.Begin(source);
        return source;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ReturnSlow(Ambient ambient, TSource source)
    {
        Depot.TrimMagazines(ambient);
        ref Magazine magazine = ref Slot(ambient);
        if (magazine.Count >= MagazineSize)
        {
            SpillHalf(ref magazine);
        }

        source.Parent = magazine.Head;
        magazine.Head = source;
        magazine.Count++;
    }

    private static void SpillHalf(ref Magazine magazine)
    {
        FutureSource chain = magazine.Head!;
        FutureSource last = chain;
        for (int i = 1; i < MagazineSize / 2; i++)
        {
            last = last.Parent!;
        }

        magazine.Head = last.Parent;
        magazine.Count -= MagazineSize / 2;
        last.Parent = null;
        s_depot.Put(chain, MagazineSize / 2);
    }

    // With all that belongs to it, such as a delegate. (The size of the type is that of a reference.) The first may also
    // make what the type as such needs.
    private static int MeasureObject()
    {
        _ = new TSource();
        long before = GC.GetAllocatedBytesForCurrentThread();
        TSource source = new();
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        GC.KeepAlive(source);
        return (int)bytes;
    }

    private static ref Magazine Slot(Ambient ambient)
    {
        if (s_index >= ambient.Magazines.Length)
        {
            Array.Resize(ref ambient.Magazines, Math.Max(s_index + 1, ambient.Magazines.Length * 2));
        }

        return ref ambient.Magazines[s_index];
    }
}
