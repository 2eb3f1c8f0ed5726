using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Kioto.Sync;

/// <summary>As many values as are copied under one hold of a lock: a collection's code runs without it.</summary>
/// <remarks>They are on the stack: large ones go one at a time, through the heap.</remarks>
/// <typeparam name="T">The type of the values.</typeparam>
[InlineArray(Size)]
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "Nobody compares them.")]
internal struct Few<T>
{
#if KIOTO_MODEL
    internal const int Size = 2;
#else
    internal const int Size = 16;
#endif

    // In bytes: a few of those still fit on a small stack several times.
    private const int LargestValue = 256;

    private T _first;

    /// <summary>Whether the values are too large to be many on a stack.</summary>
    internal static bool AreTooLarge => Unsafe.SizeOf<T>() > LargestValue;
}
