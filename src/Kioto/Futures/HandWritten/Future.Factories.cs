using System;

namespace Kioto;

public readonly partial struct Future
{
    /// <summary>A future that fails when it is awaited. Cancel safe. As <c>future::err</c>, and as <c>Task.FromException</c>.</summary>
    /// <typeparam name="T">The type of the result that it does not have.</typeparam>
    /// <param name="exception">What awaiting it throws.</param>
    /// <returns>The failing future.</returns>
    public static Future<T> FromException<T>(Exception exception) => FailedLeaf<T>.Await(exception);

    /// <inheritdoc cref="FromException{T}(Exception)"/>
    public static Future FromException(Exception exception) => WithoutResult(FailedLeaf<Unit>.Await(exception));

    /// <summary>A future that never completes: awaiting it ends only by cancellation. As <c>future::pending</c>.</summary>
    /// <typeparam name="T">The type of the result that it will not have.</typeparam>
    /// <returns>The pending future.</returns>
    [CancelSafe]
    public static Future<T> Pending<T>() => PendingFuture<T>.Instance.AsFuture();

    /// <inheritdoc cref="Pending{T}()"/>
    [CancelSafe]
    public static Future Pending() => WithoutResult(PendingFuture<Unit>.Instance.AsFuture());

    /// <summary>A future that is made at its first poll. As <c>future::lazy</c>.</summary>
    /// <remarks>For an argument that must not be built before it is needed. Cancelled before its first poll, it calls nothing.</remarks>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="make">Makes the future; called at most once. What it throws, the await throws.</param>
    /// <returns>The lazy future.</returns>
    public static Future<T> Lazy<T>(Func<Future<T>> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        return Make(make);

        static async Future<T> Make(Func<Future<T>> make) => await make();
    }

    /// <inheritdoc cref="Lazy{T}(Func{Future{T}})"/>
    public static Future Lazy(Func<Future> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        return Make(make);

        static async Future Make(Func<Future> make) => await make();
    }

    /// <summary>The future without a result behind a future of <see cref="Unit"/>.</summary>
    /// <param name="future">The future.</param>
    /// <returns>The same future.</returns>
    internal static Future WithoutResult(Future<Unit> future) =>
        future.Source is { } source ? new Future(source, future.Token) : Completed;
}
