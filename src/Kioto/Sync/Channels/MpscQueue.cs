using System;
using System.Diagnostics.CodeAnalysis;
#if !KIOTO_MODEL
using System.Numerics;
using System.Runtime.CompilerServices;
#endif
using System.Threading;

namespace Kioto.Sync;

/// <summary>An unbounded queue: any thread adds, one at a time takes. Rings that are linked; a full one is followed by one twice as large.</summary>
/// <remarks>
/// The first item makes the first ring; in steady state one serves for ever, and nothing is allocated. A mutable struct
/// that is never copied: a field of the channel.
/// </remarks>
/// <typeparam name="T">The type of the items.</typeparam>
internal struct MpscQueue<T>
{
#if KIOTO_MODEL
    private const int FirstCapacity = 2;
#else
    // In bytes, but at least two places: large values are not to be paid for by who sends few of them.
    private const int FirstSize = 64;

    private static readonly int FirstCapacity = int.Max(2, (int)BitOperations.RoundUpToPowerOf2((uint)(FirstSize / Unsafe.SizeOf<Place>())));
#endif
    private const int LastCapacity = 1 << 16;

    // INVARIANT: made once, by the first who needs it. Most channels never grow.
    private Lock? _growing;

    // INVARIANT: null until it grows; written under the lock, read by all who add.
    private Ring? _tail;

    // INVARIANT: None at first, which one atomic operation replaces: that decides which ring is the first. Then the taker's
    // only, who leaves a ring after it has grown.
    private Ring _head;

    /// <summary>Makes an empty one.</summary>
    public MpscQueue() => _head = Ring.None;

    /// <summary>Whether <see cref="End"/> was called.</summary>
    internal readonly bool IsEnded => Tail.IsEnded; // ORDERING: acquire, pairs with End.

    // Where items are added; by the time it is used perhaps where they were: a ring that has been followed by another takes none.
    // ORDERING: acquire of the ring, pairs with TryBegin and Grow.
    private readonly Ring Tail => Volatile.Read(in _tail) ?? Volatile.Read(in _head);

    /// <summary>How many items there are, and places that are being filled. Exact only while nobody changes it.</summary>
    internal readonly long Count
    {
        get
        {
            long count = 0;
            for (Ring? ring = Volatile.Read(in _head); ring is not null; ring = Volatile.Read(ref ring.Next)) // ORDERING: pairs with Grow.
            {
                count += Math.Max(0, ring.Count);
            }

            return count;
        }
    }

    /// <summary>Adds an item. Any thread.</summary>
    /// <param name="item">The item.</param>
    /// <returns>False after the end.</returns>
    internal bool TryEnqueue(T item)
    {
        while (true)
        {
            Ring ring = Tail;
            if (ring.TryAdd(item))
            {
                return true;
            }

            if (ring.IsEnded)
            {
                return false;
            }

            if (!ReferenceEquals(ring, Ring.None))
            {
                Grow(ring);
            }
            else if (TryBegin(new Ring(FirstCapacity, item)))
            {
                return true;
            }
        }
    }

    /// <summary>No more items from now on. Any thread.</summary>
    internal void End()
    {
        if (ReferenceEquals(Tail, Ring.None))
        {
            TryBegin(Ring.Over);
        }

        if (IsEnded)
        {
            return;
        }

        using (Growing().EnterScope())
        {
            Tail.End();
        }
    }

    /// <summary>Whether it has ended and everything has been taken. Any thread.</summary>
    /// <returns>True from then on for ever.</returns>
    internal readonly bool IsDrained()
    {
        Ring ring = Volatile.Read(in _head); // ORDERING: a ring that is left behind is followed by those that are not.
        while (Volatile.Read(ref ring.Next) is { } next && ring.IsExhausted) // ORDERING: as in TryPeek.
        {
            ring = next;
        }

        return ring.IsEnded && ring.IsExhausted;
    }

    /// <summary>Takes the oldest item. Each is taken once, even if two threads take at once, against the rules.</summary>
    /// <param name="item">The item.</param>
    /// <returns>False when there is none, or the oldest is still being written: who writes it wakes afterwards.</returns>
    internal bool TryDequeue([MaybeNullWhen(false)] out T item)
    {
        while (TryLook(out Ring ring, out long position, out item))
        {
            if (ring.TryAdvance(position))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Looks at the oldest item; <see cref="Advance"/> takes it. One thread at a time.</summary>
    /// <param name="item">The item.</param>
    /// <returns>As <see cref="TryDequeue"/>.</returns>
    internal bool TryPeek([MaybeNullWhen(false)] out T item) => TryLook(out _, out _, out item);

    /// <summary>Takes the item that was looked at last.</summary>
    internal readonly void Advance() => _head.Advance();

    /// <summary>Whether there is nothing to take at this moment. The taker's thread only.</summary>
    internal readonly bool IsEmpty()
    {
        for (Ring? ring = Volatile.Read(in _head); ring is not null; ring = Volatile.Read(ref ring.Next)) // ORDERING: pairs with Grow.
        {
            if (ring.HasItem)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the next item is not there, but its place has been claimed. The taker's thread only.</summary>
    internal readonly bool IsBeingWritten()
    {
        for (Ring? ring = Volatile.Read(in _head); ring is not null; ring = Volatile.Read(ref ring.Next)) // ORDERING: pairs with Grow.
        {
            if (ring.Count > 0)
            {
                return !ring.HasItem;
            }
        }

        return false;
    }

    // ORDERING: each ring is read once, so that what is seen of it is seen of one, whoever moves on meanwhile.
    private bool TryLook(out Ring ring, out long position, [MaybeNullWhen(false)] out T item)
    {
        while (true)
        {
            ring = Volatile.Read(ref _head); // ORDERING: acquire of the first ring, pairs with TryBegin.
            if (ring.TryPeek(out position, out item))
            {
                return true;
            }

            // Only a ring that is followed by another gets no more items; whether it is empty is looked at after that.
            if (Volatile.Read(ref ring.Next) is not { } next || !ring.IsExhausted)
            {
                return false;
            }

            _head = next;
        }
    }

    // With a first ring that has its first item already. Whoever comes late goes on with the ring that is there.
    private bool TryBegin(Ring first)
    {
        Ring before = Interlocked.CompareExchange(ref _head, first, Ring.None); // ORDERING: CLAIM, and release of the ring.
        return ReferenceEquals(before, Ring.None);
    }

    private Lock Growing()
    {
        if (Volatile.Read(ref _growing) is not { } growing) // ORDERING: acquire of the lock.
        {
            Interlocked.CompareExchange(ref _growing, new Lock(), null); // ORDERING: release of the lock.
            growing = _growing!;
        }

        return growing;
    }

    private void Grow(Ring full)
    {
        using (Growing().EnterScope())
        {
            if (ReferenceEquals(Tail, full) && !full.IsEnded)
            {
                Ring next = new(Math.Min(full.Capacity * 2, LastCapacity));
                full.Freeze();
                Volatile.Write(ref full.Next, next); // ORDERING: release of the frozen tail, pairs with TryDequeue.
                Volatile.Write(ref _tail, next); // ORDERING: release of the ring.
            }
        }
    }

    /// <summary>A ring in which each place counts: at position p it may be written, at p + 1 it may be read.</summary>
    private sealed class Ring
    {
        private const long Frozen = 1L << 62;
        private const long Ended = 1L << 61;

        /// <summary>Before the first ring: full, and without an item. INVARIANT: never changed, as all queues share it.</summary>
        internal static readonly Ring None = new(tail: 0);

        /// <summary>In the place of the first ring of a queue that has ended without one. INVARIANT: as <see cref="None"/>.</summary>
        internal static readonly Ring Over = new(tail: Frozen | Ended);

        /// <summary>INVARIANT: written once, under the lock.</summary>
        internal Ring? Next;

        private readonly Place[] _places;
        private readonly int _mask;
        private QueueEnds _ends;

        internal Ring(int capacity)
        {
            _places = new Place[capacity];
            _mask = capacity - 1;
            for (int i = 0; i < capacity; i++)
            {
                _places[i].Position = i;
            }
        }

        internal Ring(int capacity, T item)
            : this(capacity)
        {
            _places[0].Item = item;
            _places[0].Position = 1;
            _ends.Tail = 1;
        }

        private Ring(long tail)
        {
            _places = [new Place { Position = -1 }];
            _ends.Tail = tail;
        }

        internal int Capacity => _places.Length;

        /// <summary>Whether everything that was ever added has been taken. Precondition: frozen.</summary>
        internal bool IsExhausted => Count == 0; // ORDERING: after reading Next, or Ended.

        /// <summary>How many places have been claimed and not been cleared.</summary>
        internal long Count => (Volatile.Read(ref _ends.Tail) & ~(Frozen | Ended)) - Volatile.Read(ref _ends.Head); // ORDERING: others may be late.

        internal bool IsEnded => (Volatile.Read(ref _ends.Tail) & Ended) != 0; // ORDERING: acquire, pairs with End.

        internal bool HasItem =>
            Volatile.Read(ref _places[(int)_ends.Head & _mask].Position) == _ends.Head + 1; // ORDERING: acquire of the item.

        internal void Freeze() => Interlocked.Or(ref _ends.Tail, Frozen); // ORDERING: who claims a place either did before, or fails.

        internal void End() => Interlocked.Or(ref _ends.Tail, Frozen | Ended); // ORDERING: as Freeze.

        internal bool TryAdd(T item)
        {
            long tail = Volatile.Read(ref _ends.Tail);
            while ((tail & Frozen) == 0)
            {
                ref Place place = ref _places[(int)tail & _mask];
                long ahead = Volatile.Read(ref place.Position) - tail; // ORDERING: acquire, pairs with Advance: the place is clear.
                if (ahead == 0)
                {
                    long seen = Interlocked.CompareExchange(ref _ends.Tail, tail + 1, tail); // ORDERING: CLAIM.
                    if (seen == tail)
                    {
                        place.Item = item;
                        Volatile.Write(ref place.Position, tail + 1); // ORDERING: release of the item, pairs with TryPeek.
                        return true;
                    }

                    tail = seen;
                }
                else if (ahead < 0)
                {
                    return false;
                }
                else
                {
                    tail = Volatile.Read(ref _ends.Tail); // ORDERING: somebody was faster.
                }
            }

            return false;
        }

        internal bool TryPeek(out long head, [MaybeNullWhen(false)] out T item)
        {
            head = _ends.Head;
            ref Place place = ref _places[(int)head & _mask];
            if (Volatile.Read(ref place.Position) != head + 1) // ORDERING: acquire of the item.
            {
                item = default;
                return false;
            }

            item = place.Item;
            return true;
        }

        internal void Advance()
        {
            long head = _ends.Head;
            ref Place place = ref _places[(int)head & _mask];
            place.Item = default!;
            Volatile.Write(ref _ends.Head, head + 1); // ORDERING: release; others count by it.
            Volatile.Write(ref place.Position, head + _places.Length); // ORDERING: release of the cleared place.
        }

        // As Advance, by one of those that have looked at the same item.
        internal bool TryAdvance(long head)
        {
            if (Interlocked.CompareExchange(ref _ends.Head, head + 1, head) != head) // ORDERING: CLAIM of the item.
            {
                return false;
            }

            ref Place place = ref _places[(int)head & _mask];
            place.Item = default!;
            Volatile.Write(ref place.Position, head + _places.Length); // ORDERING: release of the cleared place.
            return true;
        }
    }

    private struct Place
    {
        // INVARIANT: see Ring; written by who owns the place at that position.
        internal long Position;

        // INVARIANT: the owner's of the place.
        internal T Item;
    }
}
