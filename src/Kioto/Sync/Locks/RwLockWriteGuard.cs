using System;
using System.Diagnostics.CodeAnalysis;

namespace Kioto.Sync;

/// <summary>The right to change a lock's value. Disposing it unlocks; any task or thread may.</summary>
/// <remarks>Using the default value, which a try that failed gives out, throws <see cref="InvalidOperationException"/>.</remarks>
/// <typeparam name="T">The type of the value.</typeparam>
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "Guards are not compared.")]
public readonly struct RwLockWriteGuard<T> : IDisposable
{
    private readonly RwLock<T>? _lock;
    private readonly uint _stamp;

    internal RwLockWriteGuard(RwLock<T> rwLock, uint stamp)
    {
        _lock = rwLock;
        _stamp = stamp;
    }

    /// <summary>The value. Don't keep the reference beyond the guard.</summary>
    /// <exception cref="ObjectDisposedException">The guard was disposed.</exception>
    public ref T Value => ref Live().Value(_stamp);

    /// <summary>Unlocks. The default value does nothing.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed already, or is a copy of one that was.</exception>
    public void Dispose() => _lock?.ReleaseWrite(_stamp);

    /// <summary>Goes on as a reader, with nobody writing in between. Then this guard has ended.</summary>
    /// <returns>The guard that replaces this one.</returns>
    /// <exception cref="ObjectDisposedException">The guard was disposed.</exception>
    public RwLockReadGuard<T> Downgrade() => Live().Downgrade(_stamp);

    /// <summary>A guard of a part of the value. It replaces this one: dispose only one of them.</summary>
    /// <typeparam name="TPart">The type of the part.</typeparam>
    /// <param name="selector">Finds the part; called at each use.</param>
    /// <returns>The guard of the part.</returns>
    /// <exception cref="ObjectDisposedException">The guard was disposed.</exception>
    public MappedRwLockWriteGuard<T, TPart> Map<TPart>(RefSelector<T, TPart> selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        Live().Check(_stamp);
        return new MappedRwLockWriteGuard<T, TPart>(this, selector);
    }

    private RwLock<T> Live() => _lock ?? throw Lease.Empty("RwLockWriteGuard", "RwLock.WriteAsync");
}
