using System;
using System.Collections.Generic;

namespace Kioto.Streams;

/// <summary>Makes streams. The rest of the field's constructors are <c>System.Linq.AsyncEnumerable</c>'s.</summary>
public static class FutureStream
{
    /// <summary>A stream from one delegate that is polled for the next item. As <c>stream::poll_fn</c>.</summary>
    /// <remarks>
    /// The delegate keeps <see cref="IFuture{T}"/>'s contract for each item; after the end it is not polled again.
    /// All enumerations share the delegate, and what it captures. A step is cancel safe if the delegate is.
    /// </remarks>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="poll">Gives the next element or the end, or is pending; what it throws, the step throws.</param>
    /// <returns>The stream.</returns>
    public static FutureStream<T> FromPoll<T>(PollFunc<StreamItem<T>> poll)
    {
        ArgumentNullException.ThrowIfNull(poll);
        return new PolledStream<T>(poll);
    }

    /// <summary>A stream from one function that makes the future of the next item. As <c>stream::unfold</c>.</summary>
    /// <remarks>After the end it is not called again. Cancelling a step cancels the function's future.</remarks>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="next">Gives the next element or the end.</param>
    /// <returns>The stream. All enumerations share the function, and what it captures.</returns>
    public static FutureStream<T> FromFunc<T>(Func<Future<StreamItem<T>>> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return new FuncStream<T>(next);
    }

    /// <summary>The elements of a plain sequence. As <c>stream::iter</c>.</summary>
    /// <remarks>
    /// A step is always ready, and costs of the task's budget: a long loop over it lets other tasks have their turns.
    /// (<c>ToAsyncEnumerable</c> of System.Linq does not.) Cancel safe: no element is lost.
    /// </remarks>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="source">The sequence.</param>
    /// <returns>The stream. Each enumeration enumerates the sequence.</returns>
    public static FutureStream<T> FromEnumerable<T>(IEnumerable<T> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new SequenceStream<T>(source);
    }

    /// <summary>A stream that never has an element and never ends. As <c>stream::pending</c>.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <returns>The stream.</returns>
    public static FutureStream<T> Pending<T>() => FromFunc(Future.Pending<StreamItem<T>>);

    /// <summary>The elements of several sequences as they come, until all have ended.</summary>
    /// <remarks>
    /// Fair: a sequence that is always ready has no more than its turn. A step is cancel safe: no element is lost.
    /// The first failure of a sequence ends the others, waits for their cleanup, and is thrown.
    /// </remarks>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="sources">The sequences.</param>
    /// <returns>The merged stream.</returns>
    public static FutureStream<T> Merge<T>(params IReadOnlyList<IAsyncEnumerable<T>> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        foreach (IAsyncEnumerable<T> source in sources)
        {
            ArgumentNullException.ThrowIfNull(source, nameof(sources));
        }

        return new MergedStream<T>([.. sources]);
    }
}
