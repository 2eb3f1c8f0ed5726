using System.Runtime.CompilerServices;

namespace Kioto;

/// <summary>The pool of one type of source: a magazine a thread over a depot that all threads share.</summary>
/// <remarks>
/// A source that is rented on one thread and returned on another piles up there; at <see cref="MagazineSize"/> half of
/// the magazine moves to the depot, where the renting thread finds it. Bound: <see cref="MagazineSize"/> objects a
/// type and thread, and all that is pooled in the process within <see cref="Depot.MaxBytes"/>: magazines count by their
/// capacity, which grows in steps out of line, so that taking and giving back count nothing. After a gen-2 collection
/// the depots let half of theirs go, and the magazines of all threads, idle ones too, are replaced by empty ones.
/// </remarks>
/// <typeparam name="TSource">The concrete type, found by its index in <see cref="Ambient.Magazines"/>.</typeparam>
internal static class SourcePool<TSource>
    where TSource : FutureSource, new()
{
    internal const int MagazineSize = 64;

    private static readonly int s_index = PoolIndex.Next();
    private static readonly Depot s_depot = new(Kioto.ObjectSize.Of<TSource>());

    /// <summary>The bytes of one object, for the pools' bound.</summary>
    internal static int ObjectSize => s_depot.ObjectSize;

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every call of an async Future method
    internal static TSource Rent(Ambient ambient)
    {
        Magazine[] magazines = ambient.Magazines;
        int index = s_index;
        if ((uint)index < (uint)magazines.Length)
        {
            ref Magazine magazine = ref magazines[index];
            if (magazine.HasSpare)
            {
                magazine.HasSpare = false;
                magazine.Room++;
                FutureSource spare = magazine.Spare!;
                Ownership.Begin(spare);
                return Unsafe.As<TSource>(spare); // SAFETY: as below.
            }

            if (magazine.Head is { } head)
            {
                magazine.Head = head.Parent;
                magazine.Room++;
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
        if ((uint)index < (uint)magazines.Length && magazines[index].Room > 0)
        {
            Push(ref magazines[index], source);
            return;
        }

        ReturnSlow(ambient, source);
    }

    /// <summary>
    /// Gives back a source that keeps some object, if it comes to lie on top of the others: who takes it again for the same
    /// compares, which is cheaper than a store's write barrier. The garbage collection that empties the pool lets it go.
    /// </summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <param name="source">The source.</param>
    /// <returns>False when nothing has happened.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every notification
    internal static bool TryReturnOnTop(Ambient ambient, TSource source)
    {
        Magazine[] magazines = ambient.Magazines;
        int index = s_index;
        if ((uint)index >= (uint)magazines.Length || magazines[index].Room <= 0 || magazines[index].HasSpare)
        {
            return false;
        }

        Ownership.End(source);
        Push(ref magazines[index], source);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every completion of an async Future method
    private static void Push(ref Magazine magazine, TSource source)
    {
        magazine.Room--;
        if (magazine.HasSpare)
        {
            source.Parent = magazine.Head;
            magazine.Head = source;
            return;
        }

        source.Parent = null;
        magazine.HasSpare = true;
        if (!ReferenceEquals(magazine.Spare, source))
        {
            magazine.Spare = source; // A compare is cheaper than the store's write barrier.
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TSource RentSlow(Ambient ambient)
    {
        if (s_depot.TryTake() is { } taken)
        {
            FutureSource chain = (FutureSource)taken;
            FutureSource? rest = chain.Parent;
            chain.Parent = null;
            TakeIn(ambient, rest);
            Ownership.Begin(chain);
            return Unsafe.As<TSource>(chain); // SAFETY: as in Rent; the depot holds what magazines of this type spilled.
        }

        TSource source = new();
        Ownership.Begin(source);
        return source;
    }

    // The magazine is empty: it gets a chain from the depot. Where the bound leaves no room the garbage collector does.
    private static void TakeIn(Ambient ambient, FutureSource? chain)
    {
        Magazine[] magazines = ambient.Magazines;
        if (s_index >= magazines.Length || magazines[s_index].Capacity < MagazineSize / 2)
        {
            if (!PoolShare.TryGrow(ambient, s_index, ObjectSize, MagazineSize / 2))
            {
                return;
            }

            magazines = ambient.Magazines;
        }

        // The magazines may have been replaced just now.
        if (s_index < magazines.Length && magazines[s_index] is { Head: null, Capacity: >= MagazineSize / 2 })
        {
            magazines[s_index].Head = chain;
            magazines[s_index].Room -= (MagazineSize / 2) - 1;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ReturnSlow(Ambient ambient, TSource source)
    {
        Magazine[] magazines = ambient.Magazines;
        if (s_index < magazines.Length && magazines[s_index].Capacity >= MagazineSize)
        {
            SpillHalf(ref magazines[s_index]);
        }
        else if (PoolShare.TryGrow(ambient, s_index, ObjectSize, 0))
        {
            magazines = ambient.Magazines;
        }

        // No room: the bound does not allow it, or the magazines have been replaced just now.
        if (s_index < magazines.Length && magazines[s_index].Room > 0)
        {
            Push(ref magazines[s_index], source);
        }
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
        magazine.Room += MagazineSize / 2;
        last.Parent = null;
        s_depot.Put(chain, MagazineSize / 2);
    }
}
