namespace Kioto;

/// <summary>Nothing needs pinning: no kernel is given an address, and the explorer follows objects that move.</summary>
internal static class GC
{
    internal static T[] AllocateArray<T>(int length, bool pinned) => new T[length];
}
