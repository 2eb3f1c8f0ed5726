using System;

namespace Kioto;

/// <summary>What objects take of the pools' bound.</summary>
internal static class ObjectSize
{
    /// <summary>Measures one object with all that belongs to it, such as a delegate.</summary>
    /// <remarks>(The size of the type is that of a reference.) The first may also make what the type as such needs.</remarks>
    /// <typeparam name="T">The type.</typeparam>
    /// <returns>The bytes.</returns>
    internal static int Of<T>()
        where T : class, new()
    {
        _ = new T();
        long before = GC.GetAllocatedBytesForCurrentThread();
        T source = new();
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        GC.KeepAlive(source);
        return (int)bytes;
    }
}
