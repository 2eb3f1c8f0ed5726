using System;

namespace Kioto.Sync;

/// <summary>The right to use a mutex's value. Disposing it unlocks; any task or thread may.</summary>
/// <remarks>Using the default value, which a try that failed gives out, throws <see cref="InvalidOperationException"/>.</remarks>
/// <typeparam name="T">The type of the value.</typeparam>
public readonly struct MutexGuard<T> : IDisposable, IEquatable<MutexGuard<T>>
{
    private readonly Mutex<T>? _mutex;
    private readonly uint _stamp;

    internal MutexGuard(Mutex<T> mutex, uint stamp)
    {
        _mutex = mutex;
        _stamp = stamp;
    }

    /// <summary>The value. Don't keep the reference beyond the guard.</summary>
    /// <exception cref="ObjectDisposedException">The guard was disposed.</exception>
    public ref T Value => ref Live().Value(_stamp);

    /// <summary>Unlocks. The default value does nothing.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed already, or is a copy of one that was.</exception>
    public void Dispose() => _mutex?.Unlock(_stamp);

    /// <summary>A guard of a part of the value. It replaces this one: dispose only one of them.</summary>
    /// <typeparam name="TPart">The type of the part.</typeparam>
    /// <param name="selector">Finds the part; called at each use.</param>
    /// <returns>The guard of the part.</returns>
    /// <exception cref="ObjectDisposedException">The guard was disposed.</exception>
    public MappedMutexGuard<T, TPart> Map<TPart>(RefSelector<T, TPart> selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        Live().Check(_stamp);
        return new MappedMutexGuard<T, TPart>(this, selector);
    }

    /// <inheritdoc/>
    public bool Equals(MutexGuard<T> other) => ReferenceEquals(_mutex, other._mutex) && _stamp == other._stamp;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MutexGuard<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_mutex, _stamp);

    /// <summary>Whether both are the same guard.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>True for copies of one guard.</returns>
    public static bool operator ==(MutexGuard<T> left, MutexGuard<T> right) => left.Equals(right);

    /// <summary>Whether they are different guards.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>False for copies of one guard.</returns>
    public static bool operator !=(MutexGuard<T> left, MutexGuard<T> right) => !left.Equals(right);

    private Mutex<T> Live() => _mutex ?? throw Lease.Empty("MutexGuard", "Mutex.LockAsync");
}
