using System.Threading;

namespace Kioto;

/// <summary>
/// What Kioto's own sequences have beside <see cref="System.Collections.Generic.IAsyncEnumerable{T}"/>: an operator that
/// reads them by futures takes an element only when it is polled, and can take back its question.
/// </summary>
/// <remarks>Covariant, as the public interface is: a sequence of a derived type is read the same way.</remarks>
/// <typeparam name="T">The type of the elements.</typeparam>
internal interface IFutureEnumerable<out T>
{
    /// <summary>Begins an enumeration.</summary>
    /// <param name="cancellationToken">For sources that are plain async enumerables.</param>
    /// <returns>The enumerator.</returns>
    IFutureEnumerator<T> GetFutureEnumerator(CancellationToken cancellationToken);
}
