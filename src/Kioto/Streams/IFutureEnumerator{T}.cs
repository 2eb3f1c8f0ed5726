namespace Kioto;

/// <summary>The covariant face of <see cref="FutureEnumerator{T}"/>.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
internal interface IFutureEnumerator<out T>
{
    /// <inheritdoc cref="FutureEnumerator{T}.Current"/>
    T Current { get; }

    /// <inheritdoc cref="FutureEnumerator{T}.MoveNextAsync"/>
    Future<bool> MoveNextAsync();

    /// <inheritdoc cref="FutureEnumerator{T}.DisposeAsync"/>
    Future DisposeAsync();
}
