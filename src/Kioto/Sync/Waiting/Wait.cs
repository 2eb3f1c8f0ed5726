using System.Runtime.CompilerServices;

namespace Kioto.Sync;

/// <summary>Makes futures of operations.</summary>
internal static class Wait
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every send, receive and lock
    internal static Future<T> For<TOperation, T>(in TOperation operation)
        where TOperation : struct, IWaitOperation<T>
    {
        WaitLeaf<TOperation, T> leaf = WaitLeaf<TOperation, T>.Create(in operation);
        return new Future<T>(leaf, leaf.Version);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every notification
    internal static Future For<TOperation>(in TOperation operation)
        where TOperation : struct, IWaitOperation<Unit>
    {
        WaitLeaf<TOperation, Unit> leaf = WaitLeaf<TOperation, Unit>.Create(in operation);
        return new Future(leaf, leaf.Version);
    }
}
