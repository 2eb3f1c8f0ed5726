using System;
using System.Threading;

namespace Kioto;

/// <summary>Limits futures, and makes arms of them.</summary>
public static class FutureCombinators
{
    /// <summary>Switches an arm of <c>Kio.Select</c> on or off.</summary>
    /// <remarks>
    /// The future itself is not touched when it is switched off: it may be awaited, or passed again, later. One that
    /// was made for this turn only is left to the garbage collector; a <see cref="Pinned{T}"/> costs nothing.
    /// </remarks>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">The future.</param>
    /// <param name="enabled">Whether the arm takes part.</param>
    /// <returns>The future, or one that only <c>Kio.Select</c> accepts and skips.</returns>
    public static Future<T> When<T>(this Future<T> future, bool enabled) =>
        enabled ? future : new Future<T>(DisabledSource<T>.Instance, 0);

    /// <inheritdoc cref="When{T}(Future{T}, bool)"/>
    public static Future When(this Future future, bool enabled) =>
        enabled ? future : new Future(DisabledSource<Unit>.Instance, 0);

    /// <summary>The same future, with a result that says nothing: for combinators that want one of every arm.</summary>
    /// <param name="future">The future.</param>
    /// <returns>The future. Only one of both may be awaited.</returns>
    public static Future<Unit> AsUnit(this Future future) =>
        future.Source is { } source ? new Future<Unit>(source, future.Token) : default;

    /// <summary>Runs a future without a budget: however much is ready, it never lets others run by itself.</summary>
    /// <remarks>
    /// What its operations do without waiting costs its task nothing, and they work also when the task's budget is
    /// spent; its end costs one unit, as that of any operation. For what must be quick, or has a measure of its own:
    /// others on the same worker wait as long as it goes on. Spawned tasks have their own budget as ever. Cancelling it
    /// cancels the future. As Tokio's <c>unconstrained</c>.
    /// </remarks>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <returns>The future to await, once.</returns>
    public static Future<T> Unconstrained<T>(this Future<T> future) =>
        future.Source is null ? future : UnconstrainedSource<T>.Of(future);

    /// <inheritdoc cref="Unconstrained{T}(Future{T})"/>
    public static Future Unconstrained(this Future future) => AsVoid(future.AsUnit().Unconstrained());

    /// <summary>Cancels a future that takes too long, waits for its cleanup, and throws.</summary>
    /// <remarks>
    /// The time counts from the first await. The future is polled first, also when the time is zero: a result that is
    /// ready is never cut off, nor is one that the future still gives while it is cancelled. Cancelling this cancels
    /// the future. Allocates nothing but the exception. As Tokio's <c>timeout</c>; the cleanup is what comes on top,
    /// and the time that it takes is not limited.
    /// </remarks>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <param name="duration">Zero or more, or <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <returns>
    /// The future to await, once, inside a runtime. It throws <see cref="TimeoutException"/>; if the cleanup failed,
    /// with that failure as its inner exception.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The duration is negative.</exception>
    public static Future<T> Timeout<T>(this Future<T> future, TimeSpan duration) => IsNoLimit(duration) || future.Source is null
        ? future
        : TimeoutSource<T>.After(future, Instant.ToNanos(duration));

    /// <inheritdoc cref="Timeout{T}(Future{T}, TimeSpan)"/>
    public static Future Timeout(this Future future, TimeSpan duration) => AsVoid(future.AsUnit().Timeout(duration));

    /// <summary>Cancels a future that is not ready by a moment, waits for its cleanup, and throws.</summary>
    /// <remarks>
    /// As <see cref="Timeout{T}(Future{T}, TimeSpan)"/> in all else: the future is polled first, also when the moment
    /// has passed. As Tokio's <c>timeout_at</c>.
    /// </remarks>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <param name="deadline">The moment, on the clock of the runtime that waits.</param>
    /// <returns>
    /// The future to await, once, inside a runtime. It throws <see cref="TimeoutException"/>; if the cleanup failed,
    /// with that failure as its inner exception.
    /// </returns>
    public static Future<T> TimeoutAt<T>(this Future<T> future, Instant deadline) => future.Source is null
        ? future
        : TimeoutSource<T>.At(future, deadline);

    /// <inheritdoc cref="TimeoutAt{T}(Future{T}, Instant)"/>
    public static Future TimeoutAt(this Future future, Instant deadline) => AsVoid(future.AsUnit().TimeoutAt(deadline));

    /// <summary>Cancels a future when a .NET token is cancelled, waits for its cleanup, and throws.</summary>
    /// <remarks>
    /// The future is polled first, also when the token is cancelled already: a result that is ready is never cut off,
    /// nor is one that the future still gives while it is cancelled. The registration with the token is gone when the
    /// await ends. Cancelling this cancels the future.
    /// </remarks>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <param name="token">The token. One that can't be cancelled costs nothing.</param>
    /// <returns>
    /// The future to await, once. It throws <see cref="OperationCanceledException"/> with this token; if the cleanup
    /// failed, with that failure as its inner exception.
    /// </returns>
    public static Future<T> WithCancellation<T>(this Future<T> future, CancellationToken token) => token.CanBeCanceled && future.Source is not null
        ? TokenLimitSource<T>.Of(future, token)
        : future;

    /// <inheritdoc cref="WithCancellation{T}(Future{T}, CancellationToken)"/>
    public static Future WithCancellation(this Future future, CancellationToken token) =>
        AsVoid(future.AsUnit().WithCancellation(token));

    private static Future AsVoid(Future<Unit> future) =>
        future.Source is { } source ? new Future(source, future.Token) : Future.Completed;

    private static bool IsNoLimit(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero && duration != System.Threading.Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(
                nameof(duration), duration, "A timeout needs a duration of zero or more, or Timeout.InfiniteTimeSpan.");
        }

        return duration < TimeSpan.Zero;
    }
}
