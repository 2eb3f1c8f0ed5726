using System;
using System.Collections.Generic;

namespace Kioto.Streams;

/// <summary>Works on several elements of an asynchronous sequence at a time, within one task.</summary>
/// <remarks>
/// What is in flight makes progress only while the result is awaited, and never in parallel: for that, let the
/// function spawn. At most so many futures are in flight, and the source is asked for an element only when there is
/// room for it. The first failure, of the source or of a future, cancels the others, waits for their cleanup, and is
/// thrown; failures during that cleanup are reported as those of detached tasks are.
/// </remarks>
public static class StreamConcurrency
{
    /// <summary>Runs a body for every element, some of them at a time. As <c>StreamExt::for_each_concurrent</c>.</summary>
    /// <remarks>Cancelling it cancels the bodies and the source, and waits for their cleanup.</remarks>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="source">The elements.</param>
    /// <param name="limit">How many bodies are in flight at most.</param>
    /// <param name="body">What to do with an element.</param>
    /// <returns>Completes when the source has ended and all bodies have.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is less than one.</exception>
    [NotCancelSafe]
    public static Future ForEachConcurrent<T>(this IAsyncEnumerable<T> source, int limit, Func<T, Future> body)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        ArgumentNullException.ThrowIfNull(body);
        return Run(source, limit, body);
    }

    /// <summary>Maps elements through futures, some at a time, in the order of completion. As <c>map</c> and <c>buffer_unordered</c>.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <typeparam name="TResult">The type of the results.</typeparam>
    /// <param name="source">The elements.</param>
    /// <param name="limit">How many futures are in flight at most.</param>
    /// <param name="selector">Makes the future of an element.</param>
    /// <returns>The results. A step is cancel safe.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is less than one.</exception>
    public static FutureStream<TResult> SelectConcurrent<T, TResult>(
        this IAsyncEnumerable<T> source, int limit, Func<T, Future<TResult>> selector)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        ArgumentNullException.ThrowIfNull(selector);
        return new BufferedStream<T, TResult>(source, limit, selector, ordered: false);
    }

    /// <summary>Awaits the futures of a sequence, some at a time, in the order of completion. As <c>StreamExt::buffer_unordered</c>.</summary>
    /// <typeparam name="T">The type of the results.</typeparam>
    /// <param name="source">The futures.</param>
    /// <param name="limit">How many are in flight at most.</param>
    /// <returns>The results. A step is cancel safe.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is less than one.</exception>
    public static FutureStream<T> BufferUnordered<T>(this IAsyncEnumerable<Future<T>> source, int limit) =>
        source.SelectConcurrent(limit, static future => future);

    /// <summary>Awaits the futures of a sequence, some at a time, in the sequence's order. As <c>StreamExt::buffered</c>.</summary>
    /// <remarks>
    /// A result that waits for those before it counts as in flight. A failure too is thrown in its turn: the results
    /// before it come first.
    /// </remarks>
    /// <typeparam name="T">The type of the results.</typeparam>
    /// <param name="source">The futures.</param>
    /// <param name="limit">How many are in flight at most.</param>
    /// <returns>The results. A step is cancel safe.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is less than one.</exception>
    public static FutureStream<T> Buffered<T>(this IAsyncEnumerable<Future<T>> source, int limit)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        return new BufferedStream<Future<T>, T>(source, limit, static future => future, ordered: true);
    }

    private static async Future Run<T>(IAsyncEnumerable<T> source, int limit, Func<T, Future> body)
    {
        // The bodies have no results: so it is a stream without elements of interest.
        BufferedEnumerator<T, Unit> steps = new(
            new SourceReader<T>(source, default), limit, item => body(item).AsUnit(), ordered: false);
        try
        {
            while (await steps.MoveNextAsync())
            {
            }
        }
        finally
        {
            await steps.DisposeAsync();
        }
    }
}
