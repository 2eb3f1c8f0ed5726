using System.Runtime.CompilerServices;

namespace Kioto.Sync;

/// <summary>A large value on its way through a channel, whose ring has the reference only. See docs/decisions/0115.</summary>
/// <remarks>Who sends packs it, and hands it over with the place in the ring; who receives unpacks it, and gives it to the pool.</remarks>
/// <typeparam name="T">The type of the value.</typeparam>
internal sealed class Parcel<T> : PooledNode
{
    // In bytes: two cache lines. A parcel costs as much as copying some hundred.
    private const int MostInPlace = 128;

    private T? _value;

    /// <summary>Whether values of this type are large.</summary>
    internal static bool IsUsed => Unsafe.SizeOf<T>() > MostInPlace; // A constant to the compiler.

    /// <summary>Packs a value.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The parcel, for who unpacks or drops it.</returns>
    internal static Parcel<T> Pack(in T value)
    {
        Parcel<T> parcel = SourcePool<Parcel<T>>.Rent(Ambient.Current);
        parcel._value = value;
        return parcel;
    }

    /// <summary>The value; it stays there.</summary>
    /// <param name="into">Where to put it.</param>
    internal void Show(out T into) => into = _value!;

    /// <summary>Takes the value out. Once: the parcel is another's afterwards.</summary>
    /// <param name="into">Where to put it.</param>
    internal void Unpack(ref T into)
    {
        into = _value!;
        Forget();
    }

    /// <summary>Forgets the value. As <see cref="Unpack"/>.</summary>
    internal void Forget()
    {
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            _value = default;
        }

        SourcePool<Parcel<T>>.Return(Ambient.Current, this);
    }
}
