using System;
using System.Threading;
using Kioto.Sync;

namespace Kioto;

/// <summary>A node of a tree of cancellations: cancelling one cancels all below it. As tokio-util's <c>CancellationToken</c>.</summary>
/// <remarks>
/// It is made of a .NET token and converts to one, so either kind can stand above or below the other. When
/// <see cref="Cancel"/> returns, everything below has been cancelled. Dispose a child when it is no longer needed: a
/// parent that lives longer remembers it until then.
/// </remarks>
public sealed class CancelToken : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly SetOnce<bool> _cancelled = new();
    private readonly CancellationTokenRegistration _registration;

    // INVARIANT: set once, by an exchange.
    private int _disposed;

    /// <summary>Makes the root of a tree.</summary>
    public CancelToken()
        : this(new CancellationTokenSource())
    {
    }

    /// <summary>Makes a tree below a .NET token.</summary>
    /// <param name="parent">The token above it.</param>
    public CancelToken(CancellationToken parent)
        : this(CancellationTokenSource.CreateLinkedTokenSource(parent))
    {
    }

    private CancelToken(CancellationTokenSource source)
    {
        _source = source;

        // Registered first, and so called last: who is woken finds everything below cancelled.
        _registration = source.Token.UnsafeRegister(static cell => ((SetOnce<bool>)cell!).TrySet(true), _cancelled);
    }

    /// <summary>Whether it has been cancelled.</summary>
    public bool IsCancelled => _source.IsCancellationRequested;

    /// <summary>The same as a .NET token.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed before it was cancelled.</exception>
    public CancellationToken Token
    {
        get
        {
            // ORDERING: misuse.
            if (Volatile.Read(ref _disposed) == 0)
            {
                return _source.Token;
            }

            return IsCancelled ? new CancellationToken(canceled: true) : throw Disposed();
        }
    }

    /// <summary>The same as a .NET token.</summary>
    /// <param name="token">The token.</param>
    public static implicit operator CancellationToken(CancelToken token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return token.Token;
    }

    /// <summary>The same as a .NET token.</summary>
    /// <returns>The token.</returns>
    public CancellationToken ToCancellationToken() => Token;

    /// <summary>A token below this one. Below a cancelled one it is cancelled from the beginning.</summary>
    /// <returns>The child; cancelling it does not cancel this one.</returns>
    /// <exception cref="ObjectDisposedException">This was disposed before it was cancelled.</exception>
    public CancelToken CreateChild() => new(Token);

    /// <summary>Cancels it and all below it. A second time does nothing.</summary>
    /// <exception cref="AggregateException">Callbacks that were registered with a .NET token threw; all have been called.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed before it was cancelled.</exception>
    public void Cancel()
    {
        if (!IsCancelled)
        {
            ThrowIfDisposed();
            _source.Cancel();
        }
    }

    /// <summary>Waits until it is cancelled. Cancel safe.</summary>
    /// <returns>A future; its value is true.</returns>
    /// <exception cref="ObjectDisposedException">It was disposed before it was cancelled, or is while this waits.</exception>
    [CancelSafe]
    public async Future<bool> CancelledAsync() => await SignalAsync() ? true : throw Disposed();

    /// <summary>Cancels the token when it is disposed, unless it was disarmed.</summary>
    /// <returns>The guard.</returns>
    public CancelGuard CreateGuard() => new(this);

    /// <summary>Runs a future until it completes or this is cancelled: then the future is cancelled and its cleanup waited for.</summary>
    /// <remarks>If both happen at once, the future has completed.</remarks>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <returns>The result; or Closed when this was cancelled first.</returns>
    /// <exception cref="ObjectDisposedException">This was disposed before it was cancelled.</exception>
    [NotCancelSafe]
    public Future<RecvResult<T>> RunUntilCancelledAsync<T>(Future<T> future)
    {
        if (!IsCancelled)
        {
            ThrowIfDisposed();
        }

        return UntilLeaf<T>.Await(future, this);
    }

    /// <inheritdoc cref="RunUntilCancelledAsync{T}(Future{T})"/>
    /// <returns>True when the future has completed; false when this was cancelled first.</returns>
    [NotCancelSafe]
    public async Future<bool> RunUntilCancelledAsync(Future future) => (await RunUntilCancelledAsync(future.AsUnit())).HasValue;

    /// <summary>
    /// Lets go of the token above: from now on nothing cancels this one. Who waits for it gets an
    /// <see cref="ObjectDisposedException"/>; futures that run until it is cancelled run to their end.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) // ORDERING: once.
        {
            return;
        }

        _registration.Dispose();
        _source.Dispose();
        _cancelled.TrySet(false);
    }

    /// <summary>Waits until it is cancelled, or will never be.</summary>
    /// <returns>Whether it was cancelled.</returns>
    internal Future<bool> SignalAsync() => _cancelled.WaitAsync();

    private static ObjectDisposedException Disposed() => new(
        nameof(CancelToken), "This CancelToken was disposed, so nothing cancels it any more. Dispose it when nobody uses it or waits for it.");

    private void ThrowIfDisposed()
    {
        if (Volatile.Read(ref _disposed) != 0) // ORDERING: misuse.
        {
            throw Disposed();
        }
    }
}
