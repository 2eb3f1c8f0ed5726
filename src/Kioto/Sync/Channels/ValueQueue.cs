using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Kioto.Sync;

/// <summary>The values of an mpsc channel: an <see cref="MpscQueue{T}"/> of them, or, if they are large, of parcels.</summary>
/// <remarks>So a ring of large values is small, and copying one holds nobody up: it is packed before a place is claimed.</remarks>
/// <typeparam name="T">The type of the values.</typeparam>
internal struct ValueQueue<T>
{
    // Large values: used as what Parcels says, and never as what it is declared as.
    private MpscQueue<T> _items;

    /// <summary>Makes an empty one.</summary>
    public ValueQueue()
    {
        if (Parcel<T>.IsUsed)
        {
            _items = default;
            Parcels = new MpscQueue<Parcel<T>>();
        }
        else
        {
            _items = new MpscQueue<T>();
        }
    }

    // SAFETY: both have the same fields, references, whatever their items are; of one T only one of both is used.
    [UnscopedRef]
    private readonly ref MpscQueue<Parcel<T>> Parcels =>
        ref Unsafe.As<MpscQueue<T>, MpscQueue<Parcel<T>>>(ref Unsafe.AsRef(in _items));

    internal readonly bool IsEnded => Parcel<T>.IsUsed ? Parcels.IsEnded : _items.IsEnded;

    internal readonly long Count => Parcel<T>.IsUsed ? Parcels.Count : _items.Count;

    /// <summary>Adds a value. Any thread.</summary>
    /// <param name="value">The value.</param>
    /// <returns>False after the end.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // mpsc_unbounded
    internal bool TryEnqueue(in T value) => Parcel<T>.IsUsed ? TrySendParcel(in value) : _items.TryEnqueue(value);

    internal void End()
    {
        if (Parcel<T>.IsUsed)
        {
            Parcels.End();
        }
        else
        {
            _items.End();
        }
    }

    internal readonly bool IsDrained() => Parcel<T>.IsUsed ? Parcels.IsDrained() : _items.IsDrained();

    /// <summary>Takes the oldest value. One thread at a time; if two do, no parcel is taken by both, as other channels would get it twice.</summary>
    /// <param name="value">Where to put it; untouched if there is none.</param>
    /// <returns>False when there is none, or the oldest is still being written: who writes it wakes afterwards.</returns>
    internal bool TryDequeue(ref T? value)
    {
        if (Parcel<T>.IsUsed)
        {
            if (!Parcels.TryDequeue(out Parcel<T>? parcel))
            {
                return false;
            }

            parcel.Unpack(ref value!);
            return true;
        }

        if (!_items.TryPeek(out T? item))
        {
            return false;
        }

        value = item;
        _items.Advance();
        return true;
    }

    /// <summary>Looks at the oldest value. As <see cref="TryDequeue"/>, which is this and <see cref="Advance"/>.</summary>
    /// <param name="value">The value.</param>
    /// <returns>As there.</returns>
    internal bool TryPeek([MaybeNullWhen(false)] out T value)
    {
        if (!Parcel<T>.IsUsed)
        {
            return _items.TryPeek(out value);
        }

        bool found = Parcels.TryPeek(out Parcel<T>? parcel);
        if (found)
        {
            parcel!.Show(out value);
        }
        else
        {
            value = default;
        }

        return found;
    }

    /// <summary>Whether there is a value to take at this moment. The taker's thread only.</summary>
    /// <returns>As <see cref="TryPeek"/>.</returns>
    internal bool HasValue() => Parcel<T>.IsUsed ? Parcels.TryPeek(out _) : _items.TryPeek(out _);

    /// <summary>Takes the value that was looked at last.</summary>
    internal void Advance()
    {
        if (!Parcel<T>.IsUsed)
        {
            _items.Advance();
        }
        else if (Parcels.TryDequeue(out Parcel<T>? parcel))
        {
            parcel.Forget();
        }
    }

    internal readonly bool IsEmpty() => Parcel<T>.IsUsed ? Parcels.IsEmpty() : _items.IsEmpty();

    internal readonly bool IsBeingWritten() => Parcel<T>.IsUsed ? Parcels.IsBeingWritten() : _items.IsBeingWritten();

    private readonly bool TrySendParcel(in T value)
    {
        Parcel<T> parcel = Parcel<T>.Pack(in value);
        bool added = Parcels.TryEnqueue(parcel);
        if (!added)
        {
            parcel.Forget();
        }

        return added;
    }
}
