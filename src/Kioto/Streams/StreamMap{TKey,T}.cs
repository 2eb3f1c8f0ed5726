using System;
using System.Collections.Generic;
using System.Threading;

namespace Kioto.Streams;

/// <summary>Many sequences by key, whose elements come as they are ready, together with their key.</summary>
/// <remarks>
/// As Tokio's <c>StreamMap</c>. Sequences are added and removed between steps. One that ends is removed without a word
/// (see <see cref="StreamOperators.NotifyClose{T}"/>); when none is left, iterating ends, and may be begun again. Fair:
/// a sequence that is always ready has no more than its turn, and only those that were woken are looked at. Belongs to
/// one task at a time. Dispose it.
/// </remarks>
/// <typeparam name="TKey">The type of the keys.</typeparam>
/// <typeparam name="T">The type of the elements.</typeparam>
public sealed class StreamMap<TKey, T>
    : IAsyncEnumerable<KeyValuePair<TKey, T>>, IFutureEnumerable<KeyValuePair<TKey, T>>, IAsyncDisposable
    where TKey : notnull
{
    private readonly FutureSetCore<bool> _steps = new();
    private readonly Dictionary<TKey, Entry> _byKey = [];
    private readonly Dictionary<int, Entry> _byTag = [];

    // Its element was given last: the next step begins with asking it again, behind the others.
    private Entry? _given;
    private int _nextTag;

    // Of a sequence that has been removed because of it.
    private StreamFailure _failure;
    private SourceReader<T>? _failed;

    /// <summary>How many sequences are in the map.</summary>
    public int Count => _byKey.Count;

    /// <summary>The keys, in no order.</summary>
    public IReadOnlyCollection<TKey> Keys => _byKey.Keys;

    /// <summary>Adds a sequence. Nothing of it runs before the next step.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="source">The sequence.</param>
    /// <exception cref="ArgumentException">The map has a sequence of this key: remove it first.</exception>
    /// <exception cref="ObjectDisposedException">The map was disposed.</exception>
    public void Add(TKey key, IAsyncEnumerable<T> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        ObjectDisposedException.ThrowIf(_steps.IsDisposed, this);
        Entry entry = new(key, new SourceReader<T>(source, default), _nextTag++);
        if (!_byKey.TryAdd(key, entry))
        {
            throw new ArgumentException("The map has a sequence of this key. Await RemoveAsync first.", nameof(key));
        }

        _byTag.Add(entry.Tag, entry);
        Ask(entry);
    }

    /// <summary>Whether there is a sequence of this key.</summary>
    /// <param name="key">The key.</param>
    /// <returns>True if it is in the map, not removed and not ended.</returns>
    public bool ContainsKey(TKey key) => _byKey.ContainsKey(key);

    /// <summary>Takes a sequence out, cancels its step, and waits until its cleanup has ended.</summary>
    /// <param name="key">The key.</param>
    /// <remarks>Cancel safety: the sequence is out of the map at once; cancelling cuts its cleanup short.</remarks>
    /// <returns>Whether there was one; throws what its cleanup throws. An element that it had ready is dropped.</returns>
    /// <exception cref="InvalidOperationException">A step of the map is in progress.</exception>
    [NotCancelSafe]
    public async Future<bool> RemoveAsync(TKey key)
    {
        if (!_byKey.TryGetValue(key, out Entry? entry))
        {
            return false;
        }

        if (_steps.IsClaimed)
        {
            throw new InvalidOperationException("A step of this map is in progress. Remove sequences between steps.");
        }

        Forget(entry);
        entry.Reader.Stop();
        if (entry.Step is { } step)
        {
            entry.Step = null;
            SetItem<bool> item = await FutureSetLeaf<bool>.Cancel(_steps, step, entry.StepVersion);
            if (item.HasOutcome && item.Outcome.Error is { } error && !item.Outcome.IsCancellation)
            {
                _failed = entry.Reader;
                _failure.Set(error);
                await ThrowFailure();
            }
        }

        await entry.Reader.DisposeAsync();
        return true;
    }

    /// <summary>Waits for the next element of any sequence. Cancel safe: no element is lost.</summary>
    /// <returns>The element and its key, or the end when the map is empty. A sequence that fails is removed, and its failure thrown.</returns>
    /// <exception cref="InvalidOperationException">Another step is in progress.</exception>
    /// <exception cref="ObjectDisposedException">The map was disposed.</exception>
    [CancelSafe]
    public Future<StreamItem<KeyValuePair<TKey, T>>> NextAsync() => NextAsync(SetWait.Next);

    /// <summary>Waits for an element, then takes those that are ready, up to a limit. As Tokio's <c>next_many</c>.</summary>
    /// <remarks>Cancel safe: what it has taken is in the buffer.</remarks>
    /// <param name="buffer">Where they are added.</param>
    /// <param name="limit">How many at most; with zero it does not wait.</param>
    /// <returns>How many were added; zero when the map is empty.</returns>
    [CancelSafe]
    public async Future<int> NextManyAsync(ICollection<KeyValuePair<TKey, T>> buffer, int limit)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        int added = 0;
        while (added < limit)
        {
            StreamItem<KeyValuePair<TKey, T>> item = await NextAsync(added == 0 ? SetWait.Next : SetWait.Ready);
            if (!item.HasValue)
            {
                break;
            }

            buffer.Add(item.Value);
            added++;
        }

        return added;
    }

    /// <summary>Takes all sequences out, cancels their steps, and waits until their cleanup has ended.</summary>
    /// <returns>The future to await; throws the first failure of a cleanup.</returns>
    /// <exception cref="InvalidOperationException">A step is in progress.</exception>
    [CancelSafe]
    public async Future ClearAsync()
    {
        _failure.Report();
        List<SourceReader<T>> readers = [];
        foreach (Entry entry in _byKey.Values)
        {
            readers.Add(entry.Reader);
            entry.Reader.Stop();
        }

        await FutureSetLeaf<bool>.CancelAll(_steps);
        _byKey.Clear();
        _byTag.Clear();
        _given = null;
        while (_steps.TryTakeFinished(out SetItem<bool> item))
        {
            FutureSetLeaf<bool>.Report(Ambient.Current, item.Outcome);
        }

        if (_failed is { } failed)
        {
            _failed = null;
            readers.Add(failed);
        }

        await Cleanup.DisposeAll(readers);
    }

    /// <summary>As <see cref="ClearAsync"/>, and the map can't be used any more.</summary>
    /// <returns>The future to await.</returns>
    public async Future DisposeAsync()
    {
        _steps.IsDisposed = true;
        await ClearAsync();
    }

    /// <summary>Takes elements as they come, until the map is empty; sequences may be added and removed in the loop's body.</summary>
    /// <param name="cancellationToken">
    /// Ends the loop: the step that waits, or the next one, throws <see cref="OperationCanceledException"/>. The map stays as it is.
    /// </param>
    /// <returns>The enumerator. Leaving the loop leaves the map as it is.</returns>
    public FutureEnumerator<KeyValuePair<TKey, T>> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        new Enumerator(this).Until(cancellationToken);

    IAsyncEnumerator<KeyValuePair<TKey, T>> IAsyncEnumerable<KeyValuePair<TKey, T>>.GetAsyncEnumerator(
        CancellationToken cancellationToken) => GetAsyncEnumerator(cancellationToken);

    IFutureEnumerator<KeyValuePair<TKey, T>> IFutureEnumerable<KeyValuePair<TKey, T>>.GetFutureEnumerator(
        CancellationToken cancellationToken) => new Enumerator(this);

    async System.Threading.Tasks.ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();

    private async Future<StreamItem<KeyValuePair<TKey, T>>> NextAsync(SetWait wait)
    {
        if (_failure.IsSet)
        {
            await ThrowFailure();
        }

        if (_given is { } given && !_steps.IsClaimed)
        {
            _given = null;
            Ask(given);
        }

        while (true)
        {
            SetItem<bool> item = await FutureSetLeaf<bool>.Next(_steps, wait);
            if (!item.HasOutcome)
            {
                return default;
            }

            if (!_byTag.TryGetValue(item.Tag, out Entry? entry))
            {
                // Removed after its step had completed.
                FutureSetLeaf<bool>.Report(Ambient.Current, item.Outcome);
                continue;
            }

            entry.Step = null;
            if (item.Outcome.Error is null && item.Outcome.Get())
            {
                _given = entry;
                return StreamItem<KeyValuePair<TKey, T>>.Of(new(entry.Key, entry.Reader.Current));
            }

            Forget(entry);
            if (item.Outcome.Error is { } error)
            {
                _failed = entry.Reader;
                _failure.Set(error);
                await ThrowFailure();
            }

            await entry.Reader.DisposeAsync();
        }
    }

    private async Future ThrowFailure()
    {
        if (_failed is { } failed)
        {
            await Cleanup.AfterFailure(failed.DisposeAsync());
            _failed = null;
        }

        _failure.Throw();
    }

    private void Ask(Entry entry)
    {
        FutureSetChild<bool> step = _steps.Add(entry.Reader.MoveNextAsync(), entry.Tag);
        entry.Step = step;
        entry.StepVersion = step.Version;
    }

    private void Forget(Entry entry)
    {
        _byKey.Remove(entry.Key);
        _byTag.Remove(entry.Tag);
        if (ReferenceEquals(_given, entry))
        {
            _given = null;
        }
    }

    private sealed class Entry(TKey key, SourceReader<T> reader, int tag)
    {
        internal TKey Key { get; } = key;

        internal SourceReader<T> Reader { get; } = reader;

        internal int Tag { get; } = tag;

        /// <summary>The step in the set, while there is one.</summary>
        internal FutureSetChild<bool>? Step { get; set; }

        internal uint StepVersion { get; set; }
    }

    private sealed class Enumerator(StreamMap<TKey, T> map) : FutureEnumerator<KeyValuePair<TKey, T>>
    {
        public override async Future<bool> MoveNextAsync()
        {
            StreamItem<KeyValuePair<TKey, T>> item = await map.NextAsync();
            if (!item.HasValue)
            {
                return false;
            }

            Current = item.Value;
            return true;
        }

        public override Future DisposeAsync() => Future.Completed;
    }
}
