using System;
using System.Threading;

namespace Kioto.Sync;

/// <summary>A value that one holder at a time may use; the guard may be kept across awaits. First come, first served.</summary>
/// <remarks>
/// Where nothing is awaited under the lock, <c>lock</c> is cheaper. An exception while it is held unlocks it and marks
/// nothing: as Tokio's <c>Mutex</c>. A guard is bound to no task or thread. Locking it again while holding it waits for
/// ever. Unlike Tokio's, a lock that was given to a waiter which its task does not poll is passed on to the next.
/// </remarks>
/// <typeparam name="T">The type of the value.</typeparam>
public sealed class Mutex<T> : IPrimitive
{
    private readonly PermitQueue _permits = new("mutex.lock", 1, 1);

    // The permits' stamp, as far as is known, which saves looking at it first: the word that the permits are in decides.
    // INVARIANT: the holder's; also written by who ends a copy of a guard that has ended at this moment.
    private uint _stamp;

    // INVARIANT: the holder's, passed on by the permit's release and acquire, as is _value; read by dumps. The task that got
    // it; null if TryLock did, unless TryHolders are tracked.
    private WakeTarget? _owner;
    private readonly LockSource _lock;
    private T _value;

    /// <summary>Makes an unlocked mutex.</summary>
    /// <param name="value">The value that it guards.</param>
    public Mutex(T value)
    {
        _value = value;
        _lock = new LockSource(this);
    }

    /// <summary>Whether somebody holds it, at this moment.</summary>
    public bool IsLocked => _permits.Available == 0;

    /// <summary>Waits for the lock.</summary>
    /// <remarks>Cancel safety: cancelling loses the place in the queue.</remarks>
    /// <returns>The guard; dispose it to unlock.</returns>
    [LosesPlace]
    public Future<MutexGuard<T>> LockAsync() => new(_lock, 0, default);

    /// <summary>Locks if nobody holds it and nobody waits.</summary>
    /// <param name="guard">The guard; dispose it to unlock.</param>
    /// <returns>Whether it is locked now, by the caller.</returns>
    public bool TryLock(out MutexGuard<T> guard)
    {
        uint stamp = _stamp;
        bool locked = _permits.TryAcquireAll(1, stamp);
        if (!locked && _permits.TryAcquire(1) == AcquireOutcome.Acquired)
        {
            stamp = _permits.Stamp; // It was another one.
            _stamp = stamp;
            locked = true;
        }

        if (locked)
        {
            if (TryHolders.Tracked)
            {
                _owner = TryHolders.Current;
            }

            guard = new MutexGuard<T>(this, stamp);
            return true;
        }

        guard = default;
        return false;
    }

    /// <summary>Blocks the thread until it has the lock. For threads that poll no futures.</summary>
    /// <returns>The guard; dispose it to unlock.</returns>
    /// <exception cref="InvalidOperationException">The thread is polling futures.</exception>
    public MutexGuard<T> Lock() => BlockingWait.For(LockAsync(), "Mutex.Lock", "LockAsync");

    /// <summary>Blocks the thread until it has the lock, or a token is cancelled. For threads that poll no futures.</summary>
    /// <param name="cancellationToken">The token.</param>
    /// <returns>The guard; dispose it to unlock.</returns>
    /// <exception cref="InvalidOperationException">The thread is polling futures.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public MutexGuard<T> Lock(CancellationToken cancellationToken) =>
        BlockingWait.For(LockAsync(), "Mutex.Lock", "LockAsync", cancellationToken);

    /// <summary>Blocks the thread until it has the lock, for so long at most. For threads that poll no futures.</summary>
    /// <param name="timeout">How long; <see cref="Timeout.InfiniteTimeSpan"/> is for ever.</param>
    /// <param name="guard">The guard; dispose it to unlock.</param>
    /// <param name="cancellationToken">Ends the wait, too.</param>
    /// <returns>False if the time was over.</returns>
    /// <exception cref="InvalidOperationException">The thread is polling futures.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public bool TryLock(TimeSpan timeout, out MutexGuard<T> guard, CancellationToken cancellationToken = default) =>
        BlockingWait.TryFor(LockAsync(), "Mutex.TryLock", "LockAsync().Timeout", timeout, cancellationToken, out guard);

    /// <summary>How many wait at this moment.</summary>
    internal int CountWaiters() => _permits.CountWaiters();

    internal ref T Value(uint stamp)
    {
        Check(stamp);
        return ref _value;
    }

    internal void Check(uint stamp)
    {
        if (_stamp != stamp && _permits.Stamp != stamp)
        {
            ThrowStale();
        }
    }

    internal void Unlock(uint stamp)
    {
        Check(stamp);
        _stamp = PermitQueue.After(stamp);
        _owner = null; // Of a copy that comes this far beside another one it may be the next holder's: dumps don't know it then.
        if (!_permits.TryRelease(1, stamp))
        {
            ThrowStale();
        }
    }

    void IPrimitive.Describe(PrimitiveDescription into)
    {
        _permits.Describe(into, "lock");
        into.AddHolder(Volatile.Read(ref _owner), "lock"); // ORDERING: a hint; see LeafDescription.
        into.Set(typeof(Mutex<T>), into.Available == 0 ? "locked" : "free");
        into.Total = 1;
    }

    private static void ThrowStale() => throw Lease.Stale("MutexGuard");

    private sealed class LockSource(Mutex<T> mutex) : DirectSource<MutexGuard<T>>
    {
        internal override bool TryNow(uint token, ref MutexGuard<T> value, Ambient ambient)
        {
            Mutex<T> locked = mutex;
            uint stamp = locked._stamp;
            if (!locked._permits.TryAcquireAll(1, stamp))
            {
                return false;
            }

            locked._owner = ambient.Strand!.Target;
            value = new MutexGuard<T>(locked, stamp);
            return true;
        }

        internal override Future<MutexGuard<T>> Own(uint token, in MutexGuard<T> value) =>
            Wait.For<LockOperation, MutexGuard<T>>(new LockOperation(mutex));
    }

    private readonly struct LockOperation(Mutex<T> mutex) : IWaitOperation<MutexGuard<T>>
    {
        public bool Poll(Waiter waiter, WakeTarget target, out MutexGuard<T> result)
        {
            if (mutex._permits.Poll(waiter, target, 1) == AcquireOutcome.Acquired)
            {
                mutex._owner = target;
                uint stamp = mutex._permits.Stamp;
                mutex._stamp = stamp;
                result = new MutexGuard<T>(mutex, stamp);
                return true;
            }

            result = default;
            return false;
        }

        public void Withdraw(Waiter waiter) => mutex._permits.Withdraw(waiter);

        public void Describe(LeafDescription into)
        {
            into.Set(typeof(Mutex<T>), nameof(LockAsync), mutex);
            into.WaitFor(Volatile.Read(ref mutex._owner)); // ORDERING: a hint; see LeafDescription.
        }
    }
}
