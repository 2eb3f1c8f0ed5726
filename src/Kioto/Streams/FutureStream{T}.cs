using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>A lazy asynchronous sequence whose steps are futures; an <see cref="IAsyncEnumerable{T}"/> as well.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
public abstract class FutureStream<T> : IAsyncEnumerable<T>, IFutureEnumerable<T>
{
    /// <summary>Begins an enumeration. Nothing runs before its first step.</summary>
    /// <remarks>In an async Future method no token is needed: cancelling who awaits a step cancels the step.</remarks>
    /// <param name="cancellationToken">
    /// Ends the enumeration: the step that waits, or the next one, throws <see cref="System.OperationCanceledException"/>
    /// with this token, after what the step waited for has been cancelled.
    /// </param>
    /// <returns>The enumerator. Dispose it.</returns>
    public FutureEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        EndsWithItsSource ? Enumerate(cancellationToken) : Enumerate(cancellationToken).Until(cancellationToken);

    /// <summary>Whether it is enough to end the source by the token: then what was gathered of it comes before the exception.</summary>
    private protected virtual bool EndsWithItsSource => false;

    /// <summary>Makes the enumerator. Nothing runs before its first step, and each step is safe to cancel.</summary>
    /// <param name="cancellationToken">
    /// For sources that are plain async enumerables. A step that waits for a future need not look at it: it is cancelled.
    /// </param>
    /// <returns>The enumerator.</returns>
    protected abstract FutureEnumerator<T> Enumerate(CancellationToken cancellationToken);

    IAsyncEnumerator<T> IAsyncEnumerable<T>.GetAsyncEnumerator(CancellationToken cancellationToken) =>
        GetAsyncEnumerator(cancellationToken);

    IFutureEnumerator<T> IFutureEnumerable<T>.GetFutureEnumerator(CancellationToken cancellationToken) =>
        Enumerate(cancellationToken);
}
