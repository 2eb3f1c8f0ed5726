using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>An asynchronous enumerator whose steps are futures: <c>await foreach</c> in an async Future needs no bridge.</summary>
/// <remarks>
/// The compiler prefers these members to those of the interface, which are there for everybody else: System.Linq's
/// operators, and methods of other builders. One consumer at a time; dispose it only when no step is in progress.
/// </remarks>
/// <typeparam name="T">The type of the elements.</typeparam>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "CA1816", Justification = "Nothing here has a finalizer.")]
public abstract class FutureEnumerator<T> : IAsyncEnumerator<T>, IFutureEnumerator<T>
{
    /// <summary>The element that the last step went to; the type's default before the first one.</summary>
    public T Current { get; protected set; } = default!;

    /// <summary>Goes to the next element. Cancel safe unless the maker says otherwise: no element is lost.</summary>
    /// <returns>Whether there is one.</returns>
    [CancelSafe]
    public abstract Future<bool> MoveNextAsync();

    /// <summary>Gives back what the enumeration holds, after cancelling what it waits for.</summary>
    /// <returns>The future to await.</returns>
    public abstract Future DisposeAsync();

    /// <summary>The same enumeration, ended by a token as well.</summary>
    /// <param name="token">Makes the next step, or the one that waits, throw <see cref="System.OperationCanceledException"/>.</param>
    /// <returns>This one itself where the token can't be cancelled.</returns>
    internal FutureEnumerator<T> Until(CancellationToken token) => token.CanBeCanceled ? new TokenEnumerator<T>(this, token) : this;

    async ValueTask<bool> IAsyncEnumerator<T>.MoveNextAsync() => await MoveNextAsync();

    async ValueTask System.IAsyncDisposable.DisposeAsync() => await DisposeAsync();
}
