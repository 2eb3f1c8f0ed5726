using System;
using System.Threading;

namespace Kioto.Sync;

/// <summary>A value that many may read at once, or one may change; guards may be kept across awaits.</summary>
/// <remarks>
/// First come, first served: a reader that comes after a waiting writer waits behind it, even while others read. So who
/// already reads must not ask to read again: with a writer between, both wait for ever. As Tokio's <c>RwLock</c>,
/// except that a lock which was given to a waiter that its task does not poll is passed on to the next.
/// </remarks>
/// <typeparam name="T">The type of the value.</typeparam>
public sealed class RwLock<T> : IPrimitive
{
    /// <summary>The most readers at once, unless the constructor is told otherwise.</summary>
    public const int MaxReaders = int.MaxValue >> 2;

    private readonly PermitQueue _permits;
    private readonly int _readers;
    private readonly ReadSource _read;
    private readonly WriteSource _write;

    // INVARIANT: the writer's only; read by readers too.
    private T _value;

    // The permits' stamp, as far as is known, which saves looking at it first: the word that the permits are in decides.
    // INVARIANT: the writer's; also written by who ends a copy of a guard that has ended at this moment.
    private uint _stamp;

    // INVARIANT: the writer's, as above; read by dumps. The task that got it; null if TryWrite did, unless TryHolders are tracked.
    private WakeTarget? _writer;

    /// <summary>Makes an unlocked one.</summary>
    /// <param name="value">The value that it guards.</param>
    /// <param name="maxReaders">The most readers at once; further ones wait.</param>
    /// <exception cref="ArgumentOutOfRangeException">No readers, or more than <see cref="MaxReaders"/>.</exception>
    public RwLock(T value, int maxReaders = MaxReaders)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxReaders, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxReaders, MaxReaders);
        _value = value;
        _readers = maxReaders;
        _permits = new PermitQueue("rwlock.acquire", maxReaders, maxReaders);
        _read = new ReadSource(this);
        _write = new WriteSource(this);
    }

    /// <summary>Waits until it may read.</summary>
    /// <remarks>Cancel safety: cancelling loses the place in the queue.</remarks>
    /// <returns>The guard; dispose it to unlock.</returns>
    [LosesPlace]
    public Future<RwLockReadGuard<T>> ReadAsync() => new(_read, 0, default);

    /// <summary>Waits until it may change the value.</summary>
    /// <remarks>Cancel safety: cancelling loses the place in the queue.</remarks>
    /// <returns>The guard; dispose it to unlock.</returns>
    [LosesPlace]
    public Future<RwLockWriteGuard<T>> WriteAsync() => new(_write, 0, default);

    /// <summary>Begins to read if nobody writes and nobody waits.</summary>
    /// <param name="guard">The guard; dispose it to unlock.</param>
    /// <returns>Whether it may read.</returns>
    public bool TryRead(out RwLockReadGuard<T> guard)
    {
        bool acquired = _permits.TryAcquire(1) == AcquireOutcome.Acquired;
        guard = acquired ? new RwLockReadGuard<T>(Lease.Rent(this, 1)) : default;
        return acquired;
    }

    /// <summary>Locks for changing the value if nobody uses it and nobody waits.</summary>
    /// <param name="guard">The guard; dispose it to unlock.</param>
    /// <returns>Whether it may change the value.</returns>
    public bool TryWrite(out RwLockWriteGuard<T> guard)
    {
        uint stamp = _stamp;
        bool acquired = _permits.TryAcquireAll(_readers, stamp);
        if (!acquired && _permits.TryAcquire(_readers) == AcquireOutcome.Acquired)
        {
            stamp = _permits.Stamp; // It was another one.
            _stamp = stamp;
            acquired = true;
        }

        if (acquired && TryHolders.Tracked)
        {
            _writer = TryHolders.Current;
        }

        guard = acquired ? new RwLockWriteGuard<T>(this, stamp) : default;
        return acquired;
    }

    /// <summary>Blocks the thread until it may read. For threads that poll no futures.</summary>
    /// <returns>The guard; dispose it to unlock.</returns>
    /// <exception cref="InvalidOperationException">The thread is polling futures.</exception>
    public RwLockReadGuard<T> Read() => BlockingWait.For(ReadAsync(), "RwLock.Read", "ReadAsync");

    /// <summary>Blocks the thread until it may read, or a token is cancelled. For threads that poll no futures.</summary>
    /// <param name="cancellationToken">The token.</param>
    /// <returns>The guard; dispose it to unlock.</returns>
    /// <exception cref="InvalidOperationException">The thread is polling futures.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public RwLockReadGuard<T> Read(CancellationToken cancellationToken) =>
        BlockingWait.For(ReadAsync(), "RwLock.Read", "ReadAsync", cancellationToken);

    /// <summary>Blocks the thread until it may read, for so long at most. For threads that poll no futures.</summary>
    /// <param name="timeout">How long; <see cref="Timeout.InfiniteTimeSpan"/> is for ever.</param>
    /// <param name="guard">The guard; dispose it to unlock.</param>
    /// <param name="cancellationToken">Ends the wait, too.</param>
    /// <returns>False if the time was over.</returns>
    /// <exception cref="InvalidOperationException">The thread is polling futures.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public bool TryRead(TimeSpan timeout, out RwLockReadGuard<T> guard, CancellationToken cancellationToken = default) =>
        BlockingWait.TryFor(ReadAsync(), "RwLock.TryRead", "ReadAsync().Timeout", timeout, cancellationToken, out guard);

    /// <summary>Blocks the thread until it may change the value. For threads that poll no futures.</summary>
    /// <returns>The guard; dispose it to unlock.</returns>
    /// <exception cref="InvalidOperationException">The thread is polling futures.</exception>
    public RwLockWriteGuard<T> Write() => BlockingWait.For(WriteAsync(), "RwLock.Write", "WriteAsync");

    /// <summary>Blocks the thread until it may change the value, or a token is cancelled. For threads that poll no futures.</summary>
    /// <param name="cancellationToken">The token.</param>
    /// <returns>The guard; dispose it to unlock.</returns>
    /// <exception cref="InvalidOperationException">The thread is polling futures.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public RwLockWriteGuard<T> Write(CancellationToken cancellationToken) =>
        BlockingWait.For(WriteAsync(), "RwLock.Write", "WriteAsync", cancellationToken);

    /// <summary>Blocks the thread until it may change the value, for so long at most. For threads that poll no futures.</summary>
    /// <param name="timeout">How long; <see cref="Timeout.InfiniteTimeSpan"/> is for ever.</param>
    /// <param name="guard">The guard; dispose it to unlock.</param>
    /// <param name="cancellationToken">Ends the wait, too.</param>
    /// <returns>False if the time was over.</returns>
    /// <exception cref="InvalidOperationException">The thread is polling futures.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public bool TryWrite(TimeSpan timeout, out RwLockWriteGuard<T> guard, CancellationToken cancellationToken = default) =>
        BlockingWait.TryFor(WriteAsync(), "RwLock.TryWrite", "WriteAsync().Timeout", timeout, cancellationToken, out guard);

    internal ref T ReadValue() => ref _value;

    internal ref T Value(uint stamp)
    {
        Check(stamp);
        return ref _value;
    }

    internal void Check(uint stamp)
    {
        if (_stamp != stamp && _permits.Stamp != stamp)
        {
            throw StaleWriter();
        }
    }

    internal void ReleaseRead() => _permits.Release(1);

    internal void ReleaseWrite(uint stamp)
    {
        Check(stamp);
        _stamp = PermitQueue.After(stamp);
        _writer = null; // As Mutex.Unlock.
        if (!_permits.TryRelease(_readers, stamp))
        {
            throw StaleWriter();
        }
    }

    internal RwLockReadGuard<T> Downgrade(uint stamp)
    {
        Check(stamp);
        Lease lease = Lease.Rent(this, 1, _writer);
        _stamp = PermitQueue.After(stamp);
        _writer = null;
        if (!_permits.TryRelease(_readers - 1, stamp))
        {
            lease.End(lease.Current, "RwLockReadGuard");
            throw StaleWriter();
        }

        return new RwLockReadGuard<T>(lease);
    }

    // Precondition: the caller reads.
    internal bool TryUpgrade(WakeTarget? reader, out RwLockWriteGuard<T> guard)
    {
        bool acquired = _permits.TryAcquire(_readers - 1) == AcquireOutcome.Acquired;
        uint stamp = _permits.Stamp;
        if (acquired)
        {
            _writer = reader;
            _stamp = stamp;
        }

        guard = acquired ? new RwLockWriteGuard<T>(this, stamp) : default;
        return acquired;
    }

    // What TryUpgrade took, of a reader that has ended meanwhile.
    internal void UndoUpgrade()
    {
        _writer = null;
        _permits.Release(_readers - 1);
    }

    private static ObjectDisposedException StaleWriter() => Lease.Stale("RwLockWriteGuard");

    void IPrimitive.Describe(PrimitiveDescription into)
    {
        _permits.Describe(into, "read", "write");
        Leases.Describe(this, into, "read");
        into.AddHolder(Volatile.Read(ref _writer), "write", _readers); // ORDERING: a hint; see LeafDescription.
        long taken = _readers - into.Available!.Value;
        into.Set(typeof(RwLock<T>), taken == 0 ? "free" : taken == _readers && into.Holders is not [{ Role: "read" }, ..] ? "locked" : $"{taken} reading");
        into.Total = _readers;
    }

    private sealed class ReadSource(RwLock<T> rwLock) : DirectSource<RwLockReadGuard<T>>
    {
        internal override bool TryNow(uint token, ref RwLockReadGuard<T> value, Ambient ambient)
        {
            if (rwLock._permits.TryAcquire(1) != AcquireOutcome.Acquired)
            {
                return false;
            }

            value = new RwLockReadGuard<T>(Lease.Rent(rwLock, 1, ambient));
            return true;
        }

        internal override Future<RwLockReadGuard<T>> Own(uint token, in RwLockReadGuard<T> value) =>
            Wait.For<ReadOperation, RwLockReadGuard<T>>(new ReadOperation(rwLock));
    }

    private sealed class WriteSource(RwLock<T> rwLock) : DirectSource<RwLockWriteGuard<T>>
    {
        internal override bool TryNow(uint token, ref RwLockWriteGuard<T> value, Ambient ambient)
        {
            RwLock<T> locked = rwLock;
            uint stamp = locked._stamp;
            if (!locked._permits.TryAcquireAll(locked._readers, stamp))
            {
                return false;
            }

            locked._writer = ambient.Strand!.Target;
            value = new RwLockWriteGuard<T>(locked, stamp);
            return true;
        }

        internal override Future<RwLockWriteGuard<T>> Own(uint token, in RwLockWriteGuard<T> value) =>
            Wait.For<WriteOperation, RwLockWriteGuard<T>>(new WriteOperation(rwLock));
    }

    private readonly struct ReadOperation(RwLock<T> rwLock) : IWaitOperation<RwLockReadGuard<T>>
    {
        public bool Poll(Waiter waiter, WakeTarget target, out RwLockReadGuard<T> result)
        {
            bool acquired = rwLock._permits.Poll(waiter, target, 1) == AcquireOutcome.Acquired;
            result = acquired ? new RwLockReadGuard<T>(Lease.Rent(rwLock, 1, target)) : default;
            return acquired;
        }

        public void Withdraw(Waiter waiter) => rwLock._permits.Withdraw(waiter);

        public void Describe(LeafDescription into)
        {
            into.Set(typeof(RwLock<T>), nameof(ReadAsync), rwLock);
            into.WaitFor(Volatile.Read(ref rwLock._writer)); // ORDERING: a hint; see LeafDescription.
        }
    }

    private readonly struct WriteOperation(RwLock<T> rwLock) : IWaitOperation<RwLockWriteGuard<T>>
    {
        public bool Poll(Waiter waiter, WakeTarget target, out RwLockWriteGuard<T> result)
        {
            bool acquired = rwLock._permits.Poll(waiter, target, rwLock._readers) == AcquireOutcome.Acquired;
            if (!acquired)
            {
                result = default;
                return false;
            }

            rwLock._writer = target;
            uint stamp = rwLock._permits.Stamp;
            rwLock._stamp = stamp;
            result = new RwLockWriteGuard<T>(rwLock, stamp);
            return true;
        }

        public void Withdraw(Waiter waiter) => rwLock._permits.Withdraw(waiter);

        public void Describe(LeafDescription into)
        {
            into.Set(typeof(RwLock<T>), nameof(WriteAsync), rwLock);
            into.WaitFor(Volatile.Read(ref rwLock._writer)); // ORDERING: as above.
        }
    }
}
