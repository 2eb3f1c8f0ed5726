namespace Kioto;

/// <summary>Lets many await one future.</summary>
public static class SharedFutureExtensions
{
    /// <summary>Makes a future that many may await, as often as they like. As <c>FutureExt::shared</c>.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <returns>The shared future. Nothing runs before it is awaited.</returns>
    public static SharedFuture<T> Shared<T>(this Future<T> future) => new(future);

    /// <inheritdoc cref="Shared{T}(Future{T})"/>
    public static SharedFuture Shared(this Future future) => new(future);
}
