using System;
using Kioto.Sync;

namespace Kioto;

/// <summary>A semaphore for hand-written futures: it keeps its place in the queue from poll to poll. One task at a time.</summary>
/// <remarks>As tokio-util's <c>PollSemaphore</c>. Dispose it to give the place, or a permit that it was given, to the next.</remarks>
public sealed class PollSemaphore : IDisposable
{
    private readonly AsyncSemaphore _semaphore;
    private Waiter _waiter = new();
    private int _wanted = 1;
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
    public Poll<SemaphorePermit> PollAcquire(ref PollContext context) => PollAcquireMany(ref context, 1);

    /// <summary>Takes so many permits at once, or waits for them.</summary>
    /// <remarks>
    /// As <see cref="PollAcquire"/>. A poll for another number than the one that waits gives up that one's place, and enters
    /// the queue anew.
    /// </remarks>
    /// <param name="context">The context of the future that is being polled.</param>
    /// <param name="count">How many; 0 waits for its turn only.</param>
    /// <returns>One guard for all of them.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    /// <exception cref="ClosedException">The semaphore is closed.</exception>
    /// <exception cref="ObjectDisposedException">This was disposed.</exception>
    public Poll<SemaphorePermit> PollAcquireMany(ref PollContext context, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        DisposedEnd.ThrowIf(_disposed, this);
        Ambient ambient = Ambient.Current;
        if (!PollTarget.HasBudget(ambient, ref context))
        {
            return Poll<SemaphorePermit>.Pending;
        }

        if (_wanted != count)
        {
            GiveUp();
            _wanted = count;
        }

        switch (_semaphore.PollFor(_waiter, context.Waker.Target ?? PollTarget.Nobody, count))
        {
            case AcquireOutcome.Acquired:
                _waiter = _waiter.Renew();
                _ = ambient.TrySpend();
                return Poll<SemaphorePermit>.Ready(_semaphore.Grant(count));
            case AcquireOutcome.Closed:
                _waiter = _waiter.Renew();
                throw new ClosedException("The semaphore was closed: it gives out no more permits.");
            default:
                return Poll<SemaphorePermit>.Pending;
        }
    }

    /// <summary>Closes the semaphore, for all: it gives out no more permits.</summary>
    /// <exception cref="ObjectDisposedException">This was disposed.</exception>
    public void Close()
    {
        DisposedEnd.ThrowIf(_disposed, this);
        _semaphore.Close();
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

    private void GiveUp()
    {
        _semaphore.WithdrawFor(_waiter);
        _waiter = _waiter.Renew();
    }
}
