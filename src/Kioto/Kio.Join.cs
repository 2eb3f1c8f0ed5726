using System;
using System.Collections.Generic;

namespace Kioto;

public static partial class Kio
{
    /// <summary>Runs futures at the same time, on this task, until all have ended.</summary>
    /// <remarks>
    /// All arms run to their ends, also when one fails. Then the failure that came first is thrown; the others are told
    /// to the runtime (<c>OnUnhandledFailure</c>). Each turn begins with another arm, so that none eats the budget of
    /// the others. Nothing runs in parallel: spawn what is to. Cancelling it cancels all arms, and waits for their
    /// cleanup: it is as cancel safe as its arms, except that the results of those that had ended are dropped. All unfinished arms are polled at every wake: for hundreds of them, spawn tasks. Allocates nothing in
    /// steady state. As Tokio's <c>join!</c>.
    /// </remarks>
    /// <typeparam name="T1">The type of that arm's result.</typeparam>
    /// <typeparam name="T2">The type of that arm's result.</typeparam>
    /// <param name="first">An arm. It must not have been awaited.</param>
    /// <param name="second">An arm.</param>
    /// <returns>The future to await, once: the results, in the order of the arms.</returns>
    public static Future<(T1, T2)> Join<T1, T2>(Future<T1> first, Future<T2> second) =>
        first.Source is null && second.Source is null
            ? Future.FromResult((first.Value, second.Value))
            : JoinSource<Joined.Of<T1, T2>, (T1, T2)>.Rent(stopsAtFailure: false).With(0, first).With(1, second).Future;

    /// <inheritdoc cref="Join{T1, T2}(Future{T1}, Future{T2})"/>
    /// <param name="futures">The arms, any number; with none it is ready.</param>
    /// <returns>The future to await, once.</returns>
    public static Future Join(params ReadOnlySpan<Future> futures) => JoinVoidSource.Of(futures, stopsAtFailure: false);

    /// <inheritdoc cref="Join{T1, T2}(Future{T1}, Future{T2})"/>
    /// <param name="futures">The arms, any number; with none it is ready.</param>
    /// <returns>The future to await, once.</returns>
    public static Future Join(IEnumerable<Future> futures)
    {
        ArgumentNullException.ThrowIfNull(futures);
        return JoinVoidSource.Of(futures, stopsAtFailure: false);
    }

    /// <inheritdoc cref="Join{T1, T2}(Future{T1}, Future{T2})"/>
    /// <typeparam name="T">The type of a result.</typeparam>
    /// <param name="futures">The arms, any number; with none it is ready. Enumerated at once.</param>
    /// <returns>The future to await, once: the results, in the order of the arms.</returns>
    public static Future<T[]> Join<T>(IEnumerable<Future<T>> futures)
    {
        ArgumentNullException.ThrowIfNull(futures);
        return JoinAllSource<T>.Of(futures, stopsAtFailure: false);
    }

    /// <summary>Runs futures at the same time, on this task, until all have ended or one has failed.</summary>
    /// <remarks>
    /// The first failure cancels the other arms; when their cleanup has ended, it is thrown. What fails in that cleanup
    /// is told to the runtime (<c>OnUnhandledFailure</c>). Otherwise as <c>Kio.Join</c>. As Tokio's <c>try_join!</c>.
    /// </remarks>
    /// <typeparam name="T1">The type of that arm's result.</typeparam>
    /// <typeparam name="T2">The type of that arm's result.</typeparam>
    /// <param name="first">An arm. It must not have been awaited.</param>
    /// <param name="second">An arm.</param>
    /// <returns>The future to await, once: the results, in the order of the arms.</returns>
    public static Future<(T1, T2)> TryJoin<T1, T2>(Future<T1> first, Future<T2> second) =>
        first.Source is null && second.Source is null
            ? Future.FromResult((first.Value, second.Value))
            : JoinSource<Joined.Of<T1, T2>, (T1, T2)>.Rent(stopsAtFailure: true).With(0, first).With(1, second).Future;

    /// <inheritdoc cref="TryJoin{T1, T2}(Future{T1}, Future{T2})"/>
    /// <param name="futures">The arms, any number; with none it is ready.</param>
    /// <returns>The future to await, once.</returns>
    public static Future TryJoin(params ReadOnlySpan<Future> futures) => JoinVoidSource.Of(futures, stopsAtFailure: true);

    /// <inheritdoc cref="TryJoin{T1, T2}(Future{T1}, Future{T2})"/>
    /// <param name="futures">The arms, any number; with none it is ready.</param>
    /// <returns>The future to await, once.</returns>
    public static Future TryJoin(IEnumerable<Future> futures)
    {
        ArgumentNullException.ThrowIfNull(futures);
        return JoinVoidSource.Of(futures, stopsAtFailure: true);
    }

    /// <inheritdoc cref="TryJoin{T1, T2}(Future{T1}, Future{T2})"/>
    /// <typeparam name="T">The type of a result.</typeparam>
    /// <param name="futures">The arms, any number; with none it is ready. Enumerated at once.</param>
    /// <returns>The future to await, once: the results, in the order of the arms.</returns>
    public static Future<T[]> TryJoin<T>(IEnumerable<Future<T>> futures)
    {
        ArgumentNullException.ThrowIfNull(futures);
        return JoinAllSource<T>.Of(futures, stopsAtFailure: true);
    }

    private static Future<T> FutureOf<T>(IArm<T> arm)
    {
        ArgumentNullException.ThrowIfNull(arm);
        return arm.Arm;
    }
}
