using System;

namespace Kioto;

/// <summary>A slot for one future after another, polled by hand or awaited, which allocates nothing per future.</summary>
/// <remarks>
/// As tokio-util's <c>ReusableBoxFuture</c>: a hand-written future keeps in it the operation that it is in the middle
/// of, and calls <see cref="Poll"/>. One poller at a time. Cancelling an await of the slot leaves the future in it, to
/// be awaited again (cancel safe); <see cref="CancelAsync"/> cancels the future itself.
/// </remarks>
/// <typeparam name="T">The type of the results.</typeparam>
public sealed class ReusableFuture<T> : IFuture<T>
{
    private HeldStrand<T> _held = new();

    /// <summary>Whether the slot holds a future that has not completed.</summary>
    public bool IsSet => _held.IsLoaded;

    /// <summary>Puts a future into the empty slot. Nothing of it runs before the first poll.</summary>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <exception cref="InvalidOperationException">The slot is taken, or the future was awaited.</exception>
    public void Set(Future<T> future)
    {
        if (_held.IsLoaded)
        {
            throw new InvalidOperationException(
                "The slot holds a future that has not completed. Await it, or await CancelAsync, before setting another.");
        }

        if (!_held.IsReusable)
        {
            _held = new HeldStrand<T>();
        }

        _held.Hold(future);
    }

    /// <summary>Polls the future. When it is ready, or throws its failure, the slot is empty again.</summary>
    /// <param name="context">Holds the waker to keep while pending.</param>
    /// <returns>The result, or pending.</returns>
    /// <exception cref="InvalidOperationException">The slot is empty.</exception>
    public Poll<T> Poll(ref PollContext context)
    {
        if (!_held.IsLoaded)
        {
            throw new InvalidOperationException("The slot is empty: call Set with a future before polling.");
        }

        return _held.TryPoll(ref context, out FutureOutcome<T> outcome) ? Poll<T>.Ready(outcome.Get()) : Poll<T>.Pending;
    }

    /// <summary>Waits for the future in the slot. Cancel safe: it stays in the slot.</summary>
    /// <returns>Its result; throws its failure.</returns>
    /// <exception cref="InvalidOperationException">The slot is empty.</exception>
    [CancelSafe]
    public Future<T> WaitAsync() => this.AsFuture();

    /// <summary>Cancels the future in the slot, if any, and waits until its cleanup has ended.</summary>
    /// <returns>The future to await; throws what the cleanup throws.</returns>
    [CancelSafe]
    public Future CancelAsync() => _held.CancelAsync();
}
