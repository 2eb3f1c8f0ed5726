using System;
using Kioto.Sync;

namespace Kioto;

/// <summary>A semaphore for hand-written futures: it keeps its place in the queue from poll to poll. One task at a time.</summary>
/// <remarks>As tokio-util's <c>PollSemaphore</c>. Dispose it to give the place, or a permit that it was given, to the next.</remarks>
public sealed class PollSemaphore : IDisposable
{
    private readonly AsyncSemaphore _semaphore;
    private readonly Waiter _waiter = new();

    /// <summary>Makes one for a semaphore.</summary>
    /// <param name="semaphore">The semaphore.</param>
    public PollSemaphore(AsyncSemaphore semaphore)
    {
        ArgumentNullException.ThrowIfNull(semaphore);
        _semaphore = semaphore;
    }

    /// <summary>Takes a permit, or waits for one. After each permit the next poll asks for another.</summary>
    /// <param name="context">The context of the future that is being polled.</param>
    /// <returns>The permit.</returns>
    /// <exception cref="ClosedException">The semaphore is closed.</exception>
    public Poll<SemaphorePermit> PollAcquire(ref PollContext context)
    {
        switch (_semaphore.PollFor(_waiter, context.Waker.Target ?? PollTarget.Nobody, 1))
        {
            case AcquireOutcome.Acquired:
                _waiter.Reset();
                return Poll<SemaphorePermit>.Ready(_semaphore.Grant(1));
            case AcquireOutcome.Closed:
                _waiter.Reset();
                throw new ClosedException("The semaphore was closed: it gives out no more permits.");
            default:
                return Poll<SemaphorePermit>.Pending;
        }
    }

    /// <summary>Gives up waiting.</summary>
    public void Dispose() => _semaphore.WithdrawFor(_waiter);
}
