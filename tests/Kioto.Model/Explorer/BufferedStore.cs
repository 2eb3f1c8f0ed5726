using System;
using System.Runtime.CompilerServices;

namespace ModelChecking;

/// <summary>A store that its thread has made and other threads don't see yet.</summary>
internal readonly struct BufferedStore
{
    private readonly object? _reference;
    private readonly ulong _bits;

    // In bytes; zero for a reference, which must be written as one for the collector's write barrier.
    private readonly int _size;

    private BufferedStore(int location, object? reference, ulong bits, int size)
    {
        Location = location;
        _reference = reference;
        _bits = bits;
        _size = size;
    }

    internal int Location { get; }

    internal static BufferedStore Of<T>(int location, T value)
    {
        if (!typeof(T).IsValueType)
        {
            return new BufferedStore(location, value, 0, 0);
        }

        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>() || Unsafe.SizeOf<T>() > sizeof(ulong))
        {
            throw new NotSupportedException($"No atomic store of a {typeof(T)}.");
        }

        ulong bits = 0;
        Unsafe.As<ulong, T>(ref bits) = value;
        return new BufferedStore(location, null, bits, Unsafe.SizeOf<T>());
    }

    /// <summary>The stored value for a load of the same width; false for another width.</summary>
    internal bool TryForward<T>(out T value)
    {
        if (_size != (typeof(T).IsValueType ? Unsafe.SizeOf<T>() : 0))
        {
            value = default!;
            return false;
        }

        if (_size == 0)
        {
            object? reference = _reference;
            value = Unsafe.As<object?, T>(ref reference);
        }
        else
        {
            ulong bits = _bits;
            value = Unsafe.As<ulong, T>(ref bits);
        }

        return true;
    }

    /// <summary>Makes the store visible.</summary>
    internal void Apply(ref byte target)
    {
        switch (_size)
        {
            case 0: Unsafe.As<byte, object?>(ref target) = _reference; break;
            case 1: target = (byte)_bits; break;
            case 2: Unsafe.As<byte, ushort>(ref target) = (ushort)_bits; break;
            case 4: Unsafe.As<byte, uint>(ref target) = (uint)_bits; break;
            case 8: Unsafe.As<byte, ulong>(ref target) = _bits; break;
            default: throw new NotSupportedException($"No atomic store of {_size} bytes.");
        }
    }

    public override string ToString() => _size == 0 ? "reference" : Trace.Value(_bits);
}
