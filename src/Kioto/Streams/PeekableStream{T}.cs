using System;
using System.Collections.Generic;
using System.Threading;

namespace Kioto.Streams;

/// <summary>A sequence whose next element can be looked at before it is taken. As Tokio's <c>Peekable</c>.</summary>
/// <remarks>
/// Made by <see cref="StreamOperators.Peekable{T}"/>. Belongs to one task at a time; one operation at a time. What was
/// peeked at is kept until it is taken; after the end the sequence is not asked again. Dispose it.
/// </remarks>
/// <typeparam name="T">The type of the elements.</typeparam>
public sealed class PeekableStream<T> : IAsyncEnumerable<T>, IFutureEnumerable<T>, IAsyncDisposable
{
    private readonly SourceReader<T> _source;

    // The next element, if it has been asked for.
    private StreamItem<T> _next;
    private bool _ended;
    private bool _disposed;

    internal PeekableStream(IAsyncEnumerable<T> source) => _source = new SourceReader<T>(source, default);

    /// <summary>Waits for the next element and leaves it there. As cancel safe as a step of the sequence.</summary>
    /// <returns>The element, or the end.</returns>
    /// <exception cref="ObjectDisposedException">The stream was disposed.</exception>
    [CancelSafe]
    public async Future<StreamItem<T>> PeekAsync()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_next.HasValue && !_ended)
        {
            if (await _source.MoveNextAsync())
            {
                _next = StreamItem<T>.Of(_source.Current);
            }
            else
            {
                _ended = true;
            }
        }

        return _next;
    }

    /// <summary>Takes the next element, waiting for it if need be. As cancel safe as a step of the sequence.</summary>
    /// <returns>The element, or the end.</returns>
    /// <exception cref="ObjectDisposedException">The stream was disposed.</exception>
    [CancelSafe]
    public async Future<StreamItem<T>> NextAsync()
    {
        StreamItem<T> item = await PeekAsync();
        _next = default;
        return item;
    }

    /// <summary>Takes the next element if it is wanted; otherwise it stays. As cancel safe as a step of the sequence.</summary>
    /// <param name="predicate">Whether it is wanted.</param>
    /// <returns>The element; the end at the end, or when it was not wanted: peek to tell.</returns>
    /// <exception cref="ObjectDisposedException">The stream was disposed.</exception>
    [CancelSafe]
    public async Future<StreamItem<T>> NextIfAsync(Func<T, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        StreamItem<T> item = await PeekAsync();
        if (!item.HasValue || !predicate(item.Value))
        {
            return default;
        }

        _next = default;
        return item;
    }

    /// <summary>Ends the enumeration of the sequence. No operation may be in progress. Idempotent.</summary>
    /// <returns>The future to await; throws what the sequence's cleanup throws.</returns>
    public async Future DisposeAsync()
    {
        _disposed = true;
        _next = default;
        await _source.DisposeAsync();
    }

    /// <summary>Takes elements until the end; what was peeked at comes first.</summary>
    /// <param name="cancellationToken">
    /// Ends the loop: the step that waits, or the next one, throws <see cref="OperationCanceledException"/>. The stream stays as it is.
    /// </param>
    /// <returns>The enumerator. Leaving the loop leaves the stream as it is.</returns>
    public FutureEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        new Enumerator(this).Until(cancellationToken);

    IAsyncEnumerator<T> IAsyncEnumerable<T>.GetAsyncEnumerator(CancellationToken cancellationToken) =>
        GetAsyncEnumerator(cancellationToken);

    IFutureEnumerator<T> IFutureEnumerable<T>.GetFutureEnumerator(CancellationToken cancellationToken) =>
        new Enumerator(this);

    async System.Threading.Tasks.ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();

    private sealed class Enumerator(PeekableStream<T> stream) : FutureEnumerator<T>
    {
        public override async Future<bool> MoveNextAsync()
        {
            StreamItem<T> item = await stream.NextAsync();
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
