using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Kioto.Sync;

/// <summary>As many values as are copied under one hold of a lock: a collection's code runs without it.</summary>
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
    private T _first;
}
