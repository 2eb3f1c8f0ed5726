using System;
using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>Futures that make progress together inside one task; their results come in the order of completion.</summary>
/// <remarks>
/// <para>
/// As <c>futures::stream::FuturesUnordered</c>. The children are polled by whoever awaits the set, on the same task: they
/// never run in parallel, need no locks among themselves, and make <em>no progress while nobody awaits the set</em>. For
/// tasks that run on their own, spawn. Each child has a waker of its own: waking one of n children polls one. In steady
/// state adding and completing allocates nothing; a set keeps at most 1024 free places.
/// </para>
/// <para>
/// Belongs to one task at a time: adding is allowed while another part of that task (or a child) awaits the set, a
/// second await is not. Fairness: woken children are polled first come, first served, and after 128 polls the set lets
/// others have a turn. Dispose it: children that have not completed are then cancelled and cleaned up.
/// </para>
/// </remarks>
/// <typeparam name="T">The type of the futures' results.</typeparam>
public sealed class FutureSet<T> : IAsyncEnumerable<T>, IFutureEnumerable<T>, IAsyncDisposable
{
    private readonly FutureSetCore<T> _core = new();

    /// <summary>How many futures are in the set: not completed, or completed and not yet taken.</summary>
    public int Count => _core.Count;

    /// <summary>Adds a future. Nothing of it runs before the set is awaited.</summary>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <returns>What names it in <see cref="CancelAsync"/>.</returns>
    /// <exception cref="ObjectDisposedException">The set was disposed.</exception>
    /// <exception cref="InvalidOperationException">The future was awaited already.</exception>
    public FutureSetKey Add(Future<T> future)
    {
        ObjectDisposedException.ThrowIf(_core.IsDisposed, this);
        FutureSetChild<T> child = _core.Add(future);
        return new FutureSetKey(child, child.Version);
    }

    /// <summary>Waits for the next future to complete, and takes it out. Cancel safe: no result is lost.</summary>
    /// <returns>Its result. Throws what it threw; the set goes on.</returns>
    /// <exception cref="InvalidOperationException">The set is empty: look at <see cref="Count"/> first. Or it is being awaited.</exception>
    /// <exception cref="ObjectDisposedException">The set was disposed.</exception>
    [CancelSafe]
    public async Future<T> NextAsync()
    {
        SetItem<T> item = await FutureSetLeaf<T>.Next(_core);
        return item.HasOutcome ? item.Outcome.Get() : throw new InvalidOperationException(
            "The future set is empty. Look at Count before NextAsync, or use await foreach, which ends there.");
    }

    /// <summary>Cancels one future, and waits until its cleanup has ended; the others go on meanwhile.</summary>
    /// <param name="key">What <see cref="Add"/> gave. If that future has completed, nothing happens.</param>
    /// <returns>The future to await; throws what the cleanup throws. Its result, if it ends with one all the same, is dropped.</returns>
    /// <exception cref="ArgumentException">The key is of another set.</exception>
    /// <exception cref="InvalidOperationException">The set is being awaited.</exception>
    [CancelSafe]
    public async Future CancelAsync(FutureSetKey key)
    {
        if (key.Child is not FutureSetChild<T> child || !child.BelongsTo(_core))
        {
            throw new ArgumentException("The key is not of this set.", nameof(key));
        }

        SetItem<T> item = await FutureSetLeaf<T>.Cancel(_core, child, key.Version);
        if (item.HasOutcome && !item.Outcome.IsCancellation)
        {
            item.Outcome.Get();
        }
    }

    /// <summary>Cancels all futures and waits until their cleanup has ended. The set can be used again.</summary>
    /// <remarks>
    /// Outcomes that nobody took are dropped; failures among them are reported as those of detached tasks are. Cancelling
    /// it, or what awaits it, even before, does not end the wait: the cancellation is thrown at its end.
    /// </remarks>
    /// <returns>The future to await.</returns>
    /// <exception cref="InvalidOperationException">The set is being awaited.</exception>
    [CancelSafe]
    public async Future ClearAsync()
    {
        await FutureSetLeaf<T>.CancelAll(_core);
        while (_core.TryTakeFinished(out SetItem<T> item))
        {
            FutureSetLeaf<T>.Report(Ambient.Current, item.Outcome);
        }

        Strand.ThrowPending(Ambient.Current);
    }

    /// <summary>As <see cref="ClearAsync"/>, and the set can't be used any more.</summary>
    /// <returns>The future to await.</returns>
    public async Future DisposeAsync()
    {
        _core.IsDisposed = true;
        await ClearAsync();
    }

    /// <summary>Takes results as they come, until the set is empty; futures may be added meanwhile.</summary>
    /// <remarks>A failure ends the loop by throwing it. Leaving the loop leaves the set as it is.</remarks>
    /// <param name="cancellationToken">
    /// Ends the loop: the step that waits, or the next one, throws <see cref="OperationCanceledException"/>. The set stays as it is.
    /// </param>
    /// <returns>The enumerator.</returns>
    public FutureEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        new SetEnumerator(_core).Until(cancellationToken);

    IAsyncEnumerator<T> IAsyncEnumerable<T>.GetAsyncEnumerator(CancellationToken cancellationToken) =>
        GetAsyncEnumerator(cancellationToken);

    IFutureEnumerator<T> IFutureEnumerable<T>.GetFutureEnumerator(CancellationToken cancellationToken) =>
        new SetEnumerator(_core);

    async System.Threading.Tasks.ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();

    private sealed class SetEnumerator(FutureSetCore<T> core) : FutureEnumerator<T>
    {
        public override async Future<bool> MoveNextAsync()
        {
            SetItem<T> item = await FutureSetLeaf<T>.Next(core);
            if (!item.HasOutcome)
            {
                return false;
            }

            Current = item.Outcome.Get();
            return true;
        }

        public override Future DisposeAsync() => Future.Completed;
    }
}
