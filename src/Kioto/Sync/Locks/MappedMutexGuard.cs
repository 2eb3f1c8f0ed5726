using System;
using System.Diagnostics.CodeAnalysis;

namespace Kioto.Sync;

/// <summary>A MutexGuard of a part of the value. Disposing it unlocks.</summary>
/// <typeparam name="T">The type of the whole value.</typeparam>
/// <typeparam name="TPart">The type of the part.</typeparam>
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "Guards are not compared.")]
public readonly struct MappedMutexGuard<T, TPart> : IDisposable
{
    private readonly MutexGuard<T> _guard;
    private readonly RefSelector<T, TPart>? _selector;

    internal MappedMutexGuard(MutexGuard<T> guard, RefSelector<T, TPart> selector)
    {
        _guard = guard;
        _selector = selector;
    }

    /// <summary>The part. Don't keep the reference beyond the guard.</summary>
    /// <exception cref="ObjectDisposedException">The guard was disposed.</exception>
    public ref TPart Value => ref Selector(ref _guard.Value);

    /// <summary>A guard of a part of the part. It replaces this one: dispose only one of them. Makes a small object.</summary>
    /// <typeparam name="TInner">The type of the part's part.</typeparam>
    /// <param name="selector">Finds it; called at each use.</param>
    /// <returns>The guard of the part's part.</returns>
    /// <exception cref="ObjectDisposedException">The guard was disposed.</exception>
    public MappedMutexGuard<T, TInner> Map<TInner>(RefSelector<TPart, TInner> selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        return _guard.Map<TInner>(new RefPath<T, TPart, TInner>(Selector, selector).Select);
    }

    /// <summary>Unlocks.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed already.</exception>
    public void Dispose() => _guard.Dispose();

    private RefSelector<T, TPart> Selector => _selector ?? throw Lease.Empty("MappedMutexGuard", "Map of a guard");
}
