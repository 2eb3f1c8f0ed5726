using System;

namespace Kioto;

/// <summary>A future, or its result until somebody takes it: the building block of hand-written joins.</summary>
/// <remarks>
/// As <c>futures::future::MaybeDone</c>. One poller at a time. Cancelling <see cref="WaitAsync"/> leaves the future
/// where it is (cancel safe); <see cref="CancelAsync"/> cancels it.
/// </remarks>
/// <typeparam name="T">The type of the result.</typeparam>
public sealed class MaybeDone<T> : IFuture<Unit>
{
    private readonly HeldStrand<T> _held = new();
    private FutureOutcome<T> _outcome;

    /// <summary>Takes a future in. Nothing of it runs before the first poll.</summary>
    /// <param name="future">The future; it must not have been awaited.</param>
    public MaybeDone(Future<T> future) => _held.Hold(future);

    /// <summary>Whether the future has completed, and its outcome waits to be taken.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Polls the future unless it has completed.</summary>
    /// <param name="context">Holds the waker to keep while pending.</param>
    /// <returns>Whether it has completed, with a result or a failure.</returns>
    public bool Poll(ref PollContext context)
    {
        if (_held.IsLoaded && _held.TryPoll(ref context, out _outcome))
        {
            IsDone = true;
        }

        return !_held.IsLoaded;
    }

    /// <summary>Waits until the future has completed; does not throw its failure. Cancel safe.</summary>
    /// <returns>The future to await.</returns>
    [CancelSafe]
    public Future WaitAsync() => Future.WithoutResult(this.AsFuture<Unit>());

    /// <summary>Takes the result, once.</summary>
    /// <param name="result">The result, or the default.</param>
    /// <returns>False when the future has not completed, was cancelled, or its outcome was taken.</returns>
    /// <exception cref="Exception">The future's failure, once.</exception>
    public bool TryTake([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T result)
    {
        if (!IsDone)
        {
            result = default;
            return false;
        }

        IsDone = false;
        FutureOutcome<T> outcome = _outcome;
        _outcome = default;
        result = outcome.Get();
        return true;
    }

    /// <summary>Cancels the future unless it has completed, and waits until its cleanup has ended.</summary>
    /// <returns>The future to await; throws what the cleanup throws.</returns>
    [CancelSafe]
    public Future CancelAsync() => _held.CancelAsync();

    Poll<Unit> IFuture<Unit>.Poll(ref PollContext context) =>
        Poll(ref context) ? Poll<Unit>.Ready(default) : Poll<Unit>.Pending;
}
