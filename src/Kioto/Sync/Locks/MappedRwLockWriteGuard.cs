using System;
using System.Diagnostics.CodeAnalysis;

namespace Kioto.Sync;

/// <summary>A RwLockWriteGuard of a part of the value. Disposing it unlocks.</summary>
/// <typeparam name="T">The type of the whole value.</typeparam>
/// <typeparam name="TPart">The type of the part.</typeparam>
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "Guards are not compared.")]
public readonly struct MappedRwLockWriteGuard<T, TPart> : IDisposable
{
    private readonly RwLockWriteGuard<T> _guard;
    private readonly RefSelector<T, TPart>? _selector;

    internal MappedRwLockWriteGuard(RwLockWriteGuard<T> guard, RefSelector<T, TPart> selector)
    {
        _guard = guard;
        _selector = selector;
    }

    /// <summary>The part. Don't keep the reference beyond the guard.</summary>
    /// <exception cref="ObjectDisposedException">The guard was disposed.</exception>
    public ref TPart Value => ref (_selector ?? throw Lease.Stale("MappedRwLockWriteGuard"))(ref _guard.Value);

    /// <summary>Unlocks.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed already.</exception>
    public void Dispose() => _guard.Dispose();
}
