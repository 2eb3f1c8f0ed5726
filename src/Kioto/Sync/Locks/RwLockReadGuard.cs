using System;
using System.Diagnostics.CodeAnalysis;

namespace Kioto.Sync;

/// <summary>The right to read a lock's value. Disposing it ends that; any task or thread may.</summary>
/// <remarks>Using the default value, which a try that failed gives out, throws <see cref="InvalidOperationException"/>.</remarks>
/// <typeparam name="T">The type of the value.</typeparam>
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "Guards are not compared.")]
public readonly struct RwLockReadGuard<T> : IDisposable
{
    private const string Name = "RwLockReadGuard";

    private readonly Lease? _lease;
    private readonly uint _version;

    internal RwLockReadGuard(Lease lease)
    {
        _lease = lease;
        _version = lease.Current;
    }

    /// <summary>The value. Don't keep the reference beyond the guard.</summary>
    /// <exception cref="ObjectDisposedException">The guard was disposed.</exception>
    public ref readonly T Value => ref Live().ReadValue();

    /// <summary>Ends reading. The default value does nothing.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed already, or is a copy of one that was.</exception>
    public void Dispose()
    {
        if (_lease is { } lease)
        {
            // Cast when it has proved to be ours: a stale guard's lease may serve a lock of another type.
            object? owner = lease.Owner;
            lease.End(_version, Name);
            ((RwLock<T>)owner!).ReleaseRead();
        }
    }

    /// <summary>Becomes the writer if nobody else reads and nobody waits. Then this guard has ended.</summary>
    /// <param name="writer">The guard that replaces this one.</param>
    /// <returns>False when others read or wait: then this guard stays.</returns>
    /// <exception cref="ObjectDisposedException">The guard was disposed.</exception>
    public bool TryUpgrade(out RwLockWriteGuard<T> writer)
    {
        RwLock<T> rwLock = Live();
        if (!rwLock.TryUpgrade(_lease!.Holder, out writer))
        {
            return false;
        }

        if (!_lease.TryEnd(_version, out _))
        {
            rwLock.UndoUpgrade(); // A copy was disposed at this moment.
            writer = default;
            throw Lease.Stale(Name);
        }

        return true;
    }

    /// <summary>A guard of a part of the value. It replaces this one: dispose only one of them.</summary>
    /// <typeparam name="TPart">The type of the part.</typeparam>
    /// <param name="selector">Finds the part; called at each use.</param>
    /// <returns>The guard of the part.</returns>
    /// <exception cref="ObjectDisposedException">The guard was disposed.</exception>
    public MappedRwLockReadGuard<T, TPart> Map<TPart>(ReadSelector<T, TPart> selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        Live();
        return new MappedRwLockReadGuard<T, TPart>(this, selector);
    }

    private RwLock<T> Live()
    {
        Lease lease = _lease ?? throw Lease.Empty(Name, "RwLock.ReadAsync");
        return (RwLock<T>)lease.OwnerOf(_version, Name);
    }
}
