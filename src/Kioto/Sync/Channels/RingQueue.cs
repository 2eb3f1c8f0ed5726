using System;
using System.Numerics;
#if !KIOTO_MODEL
using System.Runtime.CompilerServices;
#endif

namespace Kioto.Sync;

/// <summary>A queue that never copies and never allocates: who finds it full brings the next ring. For use under a short lock.</summary>
/// <remarks>
/// Rings that are linked, each twice as large as the one before. In steady state one serves for ever. A mutable struct
/// that is never copied. INVARIANT: guarded by the lock of its owner; only the first and the last ring may be empty.
/// </remarks>
/// <typeparam name="T">The type of the items.</typeparam>
internal struct RingQueue<T>
{
#if KIOTO_MODEL
    private const int FirstCapacity = 1;
#else
    // In bytes, but at least two places: large values are not to be paid for by who sends few of them.
    private const int FirstSize = 4096;
    private const int MostFirst = 32;
#endif
    private const int LastCapacity = 1 << 16;

    private Ring? _head;
    private Ring? _tail;

#if !KIOTO_MODEL
    private static int FirstCapacity => MostFirst * Unsafe.SizeOf<T>() <= FirstSize
        ? MostFirst
        : Math.Max(2, (int)BitOperations.RoundUpToPowerOf2((uint)(FirstSize / Unsafe.SizeOf<T>())));
#endif

    /// <summary>How many items there are.</summary>
    internal long Count { readonly get; private set; }

    /// <summary>Makes a ring. Not under the lock.</summary>
    /// <param name="capacity">How many places, a power of two: what the queue asked for.</param>
    /// <returns>The ring.</returns>
    internal static Ring NewRing(int capacity) => new(capacity);

    /// <summary>Adds an item.</summary>
    /// <param name="item">The item.</param>
    /// <param name="spare">A ring, if there must be one more; null when it was used.</param>
    /// <param name="capacity">How large a ring it needs.</param>
    /// <returns>False when it needs a ring: nothing has happened.</returns>
    internal bool TryEnqueue(T item, ref Ring? spare, out int capacity)
    {
        capacity = 0;
        if (_tail is null || _tail.IsFull)
        {
            if (spare is null)
            {
                capacity = _tail is null ? FirstCapacity : Math.Min(2 * _tail.Capacity, LastCapacity);
                return false;
            }

            if (_tail is null)
            {
                _head = spare;
            }
            else
            {
                _tail.Next = spare;
            }

            _tail = spare;
            spare = null;
        }

        _tail.AddLast(item);
        Count++;
        return true;
    }

    /// <summary>Adds items in front of all others, which were taken and come back.</summary>
    /// <param name="items">The items, the first of which is to be the next one.</param>
    /// <param name="spare">A ring, if there must be one more; null when it was used.</param>
    /// <param name="capacity">How large a ring it needs.</param>
    /// <returns>False when it needs a ring: nothing has happened.</returns>
    internal bool TryPutBack(ReadOnlySpan<T> items, ref Ring? spare, out int capacity)
    {
        capacity = 0;
        if (_head is null || _head.Capacity - _head.Count < items.Length)
        {
            if (spare is null)
            {
                capacity = Math.Max(FirstCapacity, (int)BitOperations.RoundUpToPowerOf2((uint)items.Length));
                return false;
            }

            spare.Next = _head;
            _head = spare;
            _tail ??= spare;
            spare = null;
        }

        for (int i = items.Length - 1; i >= 0; i--)
        {
            _head.AddFirst(items[i]);
        }

        Count += items.Length;
        return true;
    }

    /// <summary>Takes the oldest item. Precondition: there is one.</summary>
    /// <returns>The item.</returns>
    internal T Dequeue()
    {
        while (_head!.Count == 0)
        {
            _head = _head.Next;
        }

        Count--;
        return _head.RemoveFirst();
    }

    /// <summary>Places in a circle.</summary>
    internal sealed class Ring
    {
        private readonly T[] _places;
        private int _first;

        internal Ring(int capacity) => _places = new T[capacity];

        internal Ring? Next { get; set; }

        internal int Count { get; private set; }

        internal int Capacity => _places.Length;

        internal bool IsFull => Count == _places.Length;

        internal void AddLast(T item)
        {
            _places[(_first + Count) & (_places.Length - 1)] = item;
            Count++;
        }

        internal void AddFirst(T item)
        {
            _first = (_first - 1) & (_places.Length - 1);
            _places[_first] = item;
            Count++;
        }

        internal T RemoveFirst()
        {
            T item = _places[_first];
            _places[_first] = default!;
            _first = (_first + 1) & (_places.Length - 1);
            Count--;
            return item;
        }
    }
}
