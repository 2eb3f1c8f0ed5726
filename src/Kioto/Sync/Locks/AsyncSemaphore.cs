using System;
using System.Threading;

namespace Kioto.Sync;

/// <summary>Limits how many may be somewhere at once. First come, first served, for many permits too.</summary>
/// <remarks>
/// Who wants many permits is not overtaken by those who want few. Works on any runtime and without one.
/// As Tokio's <c>Semaphore</c>, except that a permit which was given to a waiter that its task does not poll is passed on.
/// </remarks>
public sealed class AsyncSemaphore : IPrimitive
{
    /// <summary>The most permits that a semaphore can have.</summary>
    public const int MaxPermits = int.MaxValue;

    private readonly PermitQueue _permits;
    private readonly AcquireSource _acquire;

    // How many permits there are in all, for dumps; negative once somebody has added or taken away some: then permits
    // may come from anywhere. INVARIANT: written by those.
    private int _total;

    /// <summary>Makes a semaphore.</summary>
    /// <param name="permits">How many permits it begins with; 0 is allowed.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public AsyncSemaphore(int permits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(permits);
        _permits = new PermitQueue("semaphore.acquire", permits, MaxPermits);
        _acquire = new AcquireSource(this);
        _total = permits;
    }

    /// <summary>How many permits nobody has, at this moment.</summary>
    public int AvailablePermits => (int)_permits.Available;

    /// <summary>Whether <see cref="Close"/> was called.</summary>
    public bool IsClosed => _permits.IsClosed;

    /// <summary>Waits for a permit.</summary>
    /// <remarks>Cancel safety: cancelling loses the place in the queue.</remarks>
    /// <returns>The permit; dispose it to give it back.</returns>
    /// <exception cref="ClosedException">The semaphore is closed, or closes meanwhile.</exception>
    [LosesPlace]
    public Future<SemaphorePermit> AcquireAsync() => new(_acquire, 1, default);

    /// <summary>Waits until so many permits are there at once, before those who come later get any.</summary>
    /// <remarks>Cancel safety: cancelling loses the place in the queue.</remarks>
    /// <param name="count">How many; 0 waits for its turn only.</param>
    /// <returns>One guard for all of them.</returns>
    /// <exception cref="ClosedException">The semaphore is closed, or closes meanwhile.</exception>
    [LosesPlace]
    public Future<SemaphorePermit> AcquireManyAsync(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new Future<SemaphorePermit>(_acquire, (uint)count, default);
    }

    /// <summary>Takes a permit if there is one and nobody waits.</summary>
    /// <param name="permit">The permit.</param>
    /// <returns>False when there is none, and when the semaphore is closed.</returns>
    public bool TryAcquire(out SemaphorePermit permit) => TryAcquireMany(1, out permit);

    /// <summary>Takes so many permits if they are there and nobody waits.</summary>
    /// <param name="count">How many.</param>
    /// <param name="permit">One guard for all of them.</param>
    /// <returns>False when there are too few, and when the semaphore is closed.</returns>
    public bool TryAcquireMany(int count, out SemaphorePermit permit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        bool acquired = _permits.TryAcquire(count) == AcquireOutcome.Acquired;
        permit = acquired ? new SemaphorePermit(Lease.Rent(this, count)) : default;
        return acquired;
    }

    /// <summary>Blocks the thread until there is a permit. For threads that poll no futures.</summary>
    /// <returns>The permit.</returns>
    /// <exception cref="InvalidOperationException">The thread is polling futures.</exception>
    /// <exception cref="ClosedException">The semaphore is closed, or closes meanwhile.</exception>
    public SemaphorePermit Acquire() => BlockingWait.For(AcquireAsync(), "AsyncSemaphore.Acquire", "AcquireAsync");

    /// <summary>Blocks the thread until there is a permit, or a token is cancelled. For threads that poll no futures.</summary>
    /// <param name="cancellationToken">The token.</param>
    /// <returns>The permit; dispose it to give it back.</returns>
    /// <exception cref="InvalidOperationException">The thread is polling futures.</exception>
    /// <exception cref="ClosedException">The semaphore is closed, or closes meanwhile.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public SemaphorePermit Acquire(CancellationToken cancellationToken) =>
        BlockingWait.For(AcquireAsync(), "AsyncSemaphore.Acquire", "AcquireAsync", cancellationToken);

    /// <summary>Blocks the thread until there is a permit, for so long at most. For threads that poll no futures.</summary>
    /// <param name="timeout">How long; <see cref="Timeout.InfiniteTimeSpan"/> is for ever.</param>
    /// <param name="permit">The permit; dispose it to give it back.</param>
    /// <param name="cancellationToken">Ends the wait, too.</param>
    /// <returns>False if the time was over.</returns>
    /// <exception cref="InvalidOperationException">The thread is polling futures.</exception>
    /// <exception cref="ClosedException">The semaphore is closed, or closes meanwhile.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public bool TryAcquire(TimeSpan timeout, out SemaphorePermit permit, CancellationToken cancellationToken = default) =>
        BlockingWait.TryFor(AcquireAsync(), "AsyncSemaphore.TryAcquire", "AcquireAsync().Timeout", timeout, cancellationToken, out permit);

    /// <summary>Blocks the thread until there are so many permits. For threads that poll no futures.</summary>
    /// <param name="count">How many.</param>
    /// <returns>One guard for all of them.</returns>
    /// <exception cref="InvalidOperationException">The thread is polling futures.</exception>
    /// <exception cref="ClosedException">The semaphore is closed, or closes meanwhile.</exception>
    public SemaphorePermit AcquireMany(int count) =>
        BlockingWait.For(AcquireManyAsync(count), "AsyncSemaphore.AcquireMany", "AcquireManyAsync");

    /// <summary>Blocks the thread until there are so many permits, or a token is cancelled. For threads that poll no futures.</summary>
    /// <param name="count">How many.</param>
    /// <param name="cancellationToken">The token.</param>
    /// <returns>One guard for all of them.</returns>
    /// <exception cref="InvalidOperationException">The thread is polling futures.</exception>
    /// <exception cref="ClosedException">The semaphore is closed, or closes meanwhile.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public SemaphorePermit AcquireMany(int count, CancellationToken cancellationToken) =>
        BlockingWait.For(AcquireManyAsync(count), "AsyncSemaphore.AcquireMany", "AcquireManyAsync", cancellationToken);

    /// <summary>Blocks the thread until there are so many permits, for so long at most. For threads that poll no futures.</summary>
    /// <param name="count">How many.</param>
    /// <param name="timeout">How long; <see cref="Timeout.InfiniteTimeSpan"/> is for ever.</param>
    /// <param name="permit">One guard for all of them.</param>
    /// <param name="cancellationToken">Ends the wait, too.</param>
    /// <returns>False if the time was over.</returns>
    /// <exception cref="InvalidOperationException">The thread is polling futures.</exception>
    /// <exception cref="ClosedException">The semaphore is closed, or closes meanwhile.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public bool TryAcquireMany(int count, TimeSpan timeout, out SemaphorePermit permit, CancellationToken cancellationToken = default) =>
        BlockingWait.TryFor(
            AcquireManyAsync(count), "AsyncSemaphore.TryAcquireMany", "AcquireManyAsync().Timeout", timeout, cancellationToken, out permit);

    /// <summary>Adds permits.</summary>
    /// <param name="count">How many.</param>
    /// <exception cref="InvalidOperationException">There would be more than <see cref="MaxPermits"/>.</exception>
    public void AddPermits(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count > 0)
        {
            ChangeTotal();
            _permits.Release(count);
        }
    }

    /// <summary>Takes away permits that nobody has: at most so many.</summary>
    /// <param name="count">How many at most.</param>
    /// <returns>How many were taken away.</returns>
    public int ForgetPermits(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ChangeTotal();
        return (int)_permits.Forget(count);
    }

    /// <summary>Gives out no more permits: who waits, and who comes, fails with <see cref="ClosedException"/>.</summary>
    public void Close() => _permits.Close();

    /// <summary>How many wait at this moment.</summary>
    internal int CountWaiters() => _permits.CountWaiters();

    internal AcquireOutcome PollFor(Waiter waiter, WakeTarget target, int count) => _permits.Poll(waiter, target, count);

    internal void WithdrawFor(Waiter waiter) => _permits.Withdraw(waiter);

    internal SemaphorePermit Grant(int count) => new(Lease.Rent(this, count));

    internal void Release(int count)
    {
        if (count > 0)
        {
            _permits.Release(count);
        }
    }

    /// <summary>There will be more permits or fewer than at first.</summary>
    internal void ChangeTotal() => Volatile.Write(ref _total, -1); // ORDERING: a hint for dumps.

    void IPrimitive.Describe(PrimitiveDescription into)
    {
        int total = Volatile.Read(ref _total); // ORDERING: a hint.
        _permits.Describe(into, "acquire");
        Leases.Describe(this, into, "permit");
        into.Set(typeof(AsyncSemaphore), $"{into.Available} available");
        into.Total = total < 0 ? null : total;
    }

    // The token is how many.
    private sealed class AcquireSource(AsyncSemaphore semaphore) : DirectSource<SemaphorePermit>
    {
        internal override bool TryNow(uint token, ref SemaphorePermit value, Ambient ambient)
        {
            if (semaphore._permits.TryAcquire(token) != AcquireOutcome.Acquired)
            {
                return false;
            }

            value = new SemaphorePermit(Lease.Rent(semaphore, (int)token, ambient));
            return true;
        }

        internal override Future<SemaphorePermit> Own(uint token, in SemaphorePermit value) =>
            Wait.For<AcquireOperation, SemaphorePermit>(new AcquireOperation(semaphore, (int)token));
    }

    private readonly struct AcquireOperation(AsyncSemaphore semaphore, int count) : IWaitOperation<SemaphorePermit>
    {
        public bool Poll(Waiter waiter, WakeTarget target, out SemaphorePermit result)
        {
            switch (semaphore._permits.Poll(waiter, target, count))
            {
                case AcquireOutcome.Acquired:
                    result = new SemaphorePermit(Lease.Rent(semaphore, count, target));
                    return true;
                case AcquireOutcome.Closed:
                    throw new ClosedException("The semaphore was closed: it gives out no more permits.");
                default:
                    result = default;
                    return false;
            }
        }

        public void Withdraw(Waiter waiter) => semaphore._permits.Withdraw(waiter);

        public void Describe(LeafDescription into) =>
            into.Set(count == 1 ? "AsyncSemaphore.AcquireAsync" : $"AsyncSemaphore.AcquireManyAsync({count})", semaphore, $"{semaphore.AvailablePermits} available");
    }
}
