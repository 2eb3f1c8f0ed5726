using System;
using System.Collections.Generic;

namespace Kioto.Streams;

/// <summary>Stream operators that System.Linq's for async enumerables do not have.</summary>
public static class StreamOperators
{
    /// <inheritdoc cref="FutureStream.Merge{T}"/>
    /// <param name="first">One sequence.</param>
    /// <param name="second">The other.</param>
    public static FutureStream<T> Merge<T>(this IAsyncEnumerable<T> first, IAsyncEnumerable<T> second) =>
        FutureStream.Merge([first, second]);

    /// <summary>Makes the end of a sequence an item of its own, after which it ends. As Tokio's <c>StreamNotifyClose</c>.</summary>
    /// <remarks>For a <see cref="StreamMap{TKey, T}"/> or a merge, which drop a sequence that has ended without a word.</remarks>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="source">The sequence.</param>
    /// <returns>Its elements, then one <see cref="StreamItem{T}.End"/>. A step is as cancel safe as the source's.</returns>
    public static FutureStream<StreamItem<T>> NotifyClose<T>(this IAsyncEnumerable<T> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new NotifyCloseStream<T>(source);
    }

    /// <summary>Lets one look at the next element of a sequence before taking it. As Tokio's <c>StreamExt::peekable</c>.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="source">The sequence. Nothing of it runs before the first step; it is enumerated once.</param>
    /// <returns>The stream. Dispose it.</returns>
    public static PeekableStream<T> Peekable<T>(this IAsyncEnumerable<T> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new PeekableStream<T>(source);
    }
}
