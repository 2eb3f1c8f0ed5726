using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>A lazy asynchronous sequence whose steps are futures; an <see cref="IAsyncEnumerable{T}"/> as well.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
public abstract class FutureStream<T> : IAsyncEnumerable<T>, IFutureEnumerable<T>
{
    /// <summary>Begins an enumeration. Nothing runs before its first step.</summary>
    /// <param name="cancellationToken">
    /// For the sources that are plain async enumerables; the enumeration itself is cancelled by cancelling who awaits it.
    /// </param>
    /// <returns>The enumerator. Dispose it.</returns>
    public abstract FutureEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default);

    IAsyncEnumerator<T> IAsyncEnumerable<T>.GetAsyncEnumerator(CancellationToken cancellationToken) =>
        GetAsyncEnumerator(cancellationToken);

    IFutureEnumerator<T> IFutureEnumerable<T>.GetFutureEnumerator(CancellationToken cancellationToken) =>
        GetAsyncEnumerator(cancellationToken);
}
