using System;
using Kioto.Sync;

namespace Kioto;

/// <summary>A semaphore for hand-written futures: it keeps its place in the queue from poll to poll. One task at a time.</summary>
/// <remarks>As tokio-util's <c>PollSemaphore</c>. Dispose it to give the place, or a permit that it was given, to the next.</remarks>
public sealed class PollSemaphore : IDisposable
{
    private readonly AsyncSemaphore _semaphore;
    private Waiter _waiter = new();
    private bool _disposed;

    /// <summary>Makes one for a semaphore.</summary>
    /// <param name="semaphore">The semaphore.</param>
    public PollSemaphore(AsyncSemaphore semaphore)
    {
        ArgumentNullException.ThrowIfNull(semaphore);
        _semaphore = semaphore;
    }

    /// <summary>Takes a permit, or waits for one. After each permit the next poll asks for another.</summary>
    /// <remarks>Takes part in cooperative scheduling: a task whose budget is spent gets another turn instead of a permit.</remarks>
    /// <param name="context">The context of the future that is being polled.</param>
    /// <returns>The permit.</returns>
    /// <exception cref="ClosedException">The semaphore is closed.</exception>
    /// <exception cref="ObjectDisposedException">This was disposed.</exception>
    public Poll<SemaphorePermit> PollAcquire(ref PollContext context)
    {
        DisposedEnd.ThrowIf(_disposed, this);
        Ambient ambient = Ambient.Current;
        if (!PollTarget.HasBudget(ambient, ref context))
        {
            return Poll<SemaphorePermit>.Pending;
        }

        switch (_semaphore.PollFor(_waiter, context.Waker.Target ?? PollTarget.Nobody, 1))
        {
            case AcquireOutcome.Acquired:
                _waiter = _waiter.Renew();
                _ = ambient.TrySpend();
                return Poll<SemaphorePermit>.Ready(_semaphore.Grant(1));
            case AcquireOutcome.Closed:
                _waiter = _waiter.Renew();
                throw new ClosedException("The semaphore was closed: it gives out no more permits.");
            default:
                return Poll<SemaphorePermit>.Pending;
        }
    }

    /// <summary>Gives up waiting. By the task that polls it, or when no task does any more.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _semaphore.WithdrawFor(_waiter);
        }
    }
}
