using System;

namespace Kioto.Sync;

/// <summary>Permits of an <see cref="AsyncSemaphore"/>. Disposing it gives them back; any task or thread may.</summary>
/// <remarks>
/// A small struct around a pooled object: a copy that is used after the original was disposed throws. So does, by an
/// <see cref="InvalidOperationException"/>, the default value, which a try that failed gives out.
/// </remarks>
public readonly struct SemaphorePermit : IDisposable, IEquatable<SemaphorePermit>
{
    private const string Name = nameof(SemaphorePermit);

    private readonly Lease? _lease;
    private readonly uint _version;

    internal SemaphorePermit(Lease lease)
    {
        _lease = lease;
        _version = lease.Current;
    }

    /// <summary>How many permits this is.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public int Count
    {
        get
        {
            long word = Live().Reading;
            return (uint)(word >> 32) == _version ? (int)word : throw Lease.Stale(Name);
        }
    }

    /// <summary>Gives the permits back. The default value does nothing.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed already.</exception>
    public void Dispose()
    {
        if (_lease is { } lease)
        {
            // Cast when it has proved to be ours: a stale guard's lease may serve something else.
            object? owner = lease.Owner;
            int count = lease.End(_version, Name);
            ((AsyncSemaphore)owner!).Release(count);
        }
    }

    /// <summary>Ends this guard without giving the permits back: the semaphore has fewer from now on.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public void Forget()
    {
        Lease lease = Live();
        var semaphore = (AsyncSemaphore)lease.OwnerOf(_version, Name);
        if (lease.End(_version, Name) > 0)
        {
            semaphore.ChangeTotal();
        }
    }

    /// <summary>Takes permits out of this guard into one of their own.</summary>
    /// <param name="count">How many.</param>
    /// <param name="part">The new guard.</param>
    /// <returns>False when this has fewer.</returns>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public bool TrySplit(int count, out SemaphorePermit part)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Lease lease = Live();
        object owner = lease.OwnerOf(_version, Name);
        WakeTarget? holder = lease.Holder;
        if (!lease.TryChange(_version, -count))
        {
            lease.Check(_version, Name);
            part = default;
            return false;
        }

        part = new SemaphorePermit(Lease.Rent(owner, count, holder));
        return true;
    }

    /// <summary>Takes over the permits of another guard of the same semaphore, which ends.</summary>
    /// <param name="other">The other guard.</param>
    /// <exception cref="ArgumentException">It is of another semaphore, or the same guard; or they would be more than a guard can have.</exception>
    /// <exception cref="ObjectDisposedException">One of them was disposed.</exception>
    public void Merge(SemaphorePermit other)
    {
        Lease lease = Live();
        Lease others = other.Live();
        object owner = lease.OwnerOf(_version, Name);
        if (!ReferenceEquals(owner, others.OwnerOf(other._version, Name)) || ReferenceEquals(lease, others))
        {
            throw new ArgumentException("Only permits of the same semaphore can be merged, and not one with itself.", nameof(other));
        }

        if (Count > AsyncSemaphore.MaxPermits - other.Count)
        {
            throw TooMany();
        }

        int taken = others.End(other._version, Name);
        if (!lease.TryChange(_version, taken))
        {
            ((AsyncSemaphore)owner).Release(taken); // A copy was disposed, or got more, at this moment.
            lease.Check(_version, Name);
            throw TooMany();
        }

        static ArgumentException TooMany() => new(
            $"Together they would be more than {AsyncSemaphore.MaxPermits} permits: give some back first.", nameof(other));
    }

    /// <inheritdoc/>
    public bool Equals(SemaphorePermit other) => ReferenceEquals(_lease, other._lease) && _version == other._version;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SemaphorePermit other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_lease, _version);

    /// <summary>Whether both are the same guard.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>True for copies of one guard.</returns>
    public static bool operator ==(SemaphorePermit left, SemaphorePermit right) => left.Equals(right);

    /// <summary>Whether they are different guards.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>False for copies of one guard.</returns>
    public static bool operator !=(SemaphorePermit left, SemaphorePermit right) => !left.Equals(right);

    private Lease Live()
    {
        Lease lease = _lease ?? throw Lease.Empty(Name, "AsyncSemaphore.AcquireAsync");
        lease.Check(_version, Name);
        return lease;
    }
}
