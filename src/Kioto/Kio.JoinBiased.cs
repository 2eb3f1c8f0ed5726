using System;
using System.Collections.Generic;

namespace Kioto;

public static partial class Kio
{
    /// <summary>Runs futures at the same time, polled in their order, until all have ended.</summary>
    /// <remarks>
    /// As <see cref="Join{T1, T2}(Future{T1}, Future{T2})"/>, which is to be preferred: here each turn polls the first arm
    /// first, and an arm that is always ready can eat the budget of those behind it. For arms whose order matters, such
    /// as one that lets others go on. As Tokio's <c>join!</c> with <c>biased;</c>.
    /// </remarks>
    /// <typeparam name="T1">The type of that arm's result.</typeparam>
    /// <typeparam name="T2">The type of that arm's result.</typeparam>
    /// <param name="first">An arm. It must not have been awaited.</param>
    /// <param name="second">An arm.</param>
    /// <returns>The future to await, once: the results, in the order of the arms.</returns>
    public static Future<(T1, T2)> JoinBiased<T1, T2>(Future<T1> first, Future<T2> second) =>
        first.Source is null && second.Source is null
            ? Future.FromResult((first.Value, second.Value))
            : JoinSource<Joined.Of<T1, T2>, (T1, T2)>.Rent(stopsAtFailure: false, biased: true).With(0, first).With(1, second).Future;

    /// <inheritdoc cref="JoinBiased{T1, T2}(Future{T1}, Future{T2})"/>
    /// <param name="futures">The arms, any number; with none it is ready.</param>
    /// <returns>The future to await, once.</returns>
    public static Future JoinBiased(params ReadOnlySpan<Future> futures) => JoinVoidSource.Of(futures, stopsAtFailure: false, biased: true);

    /// <inheritdoc cref="JoinBiased{T1, T2}(Future{T1}, Future{T2})"/>
    /// <param name="futures">The arms, any number; with none it is ready.</param>
    /// <returns>The future to await, once.</returns>
    public static Future JoinBiased(IEnumerable<Future> futures)
    {
        ArgumentNullException.ThrowIfNull(futures);
        return JoinVoidSource.Of(futures, stopsAtFailure: false, biased: true);
    }

    /// <inheritdoc cref="JoinBiased{T1, T2}(Future{T1}, Future{T2})"/>
    /// <typeparam name="T">The type of a result.</typeparam>
    /// <param name="futures">The arms, any number; with none it is ready. Enumerated at once.</param>
    /// <returns>The future to await, once: the results, in the order of the arms.</returns>
    public static Future<T[]> JoinBiased<T>(IEnumerable<Future<T>> futures)
    {
        ArgumentNullException.ThrowIfNull(futures);
        return JoinAllSource<T>.Of(futures, stopsAtFailure: false, biased: true);
    }

    /// <summary>Runs futures at the same time, polled in their order, until all have ended or one has failed.</summary>
    /// <remarks>
    /// As <see cref="TryJoin{T1, T2}(Future{T1}, Future{T2})"/>, which is to be preferred: here each turn polls the first arm
    /// first, and an arm that is always ready can eat the budget of those behind it. For arms whose order matters, such
    /// as one that lets others go on. As Tokio's <c>try_join!</c> with <c>biased;</c>.
    /// </remarks>
    /// <typeparam name="T1">The type of that arm's result.</typeparam>
    /// <typeparam name="T2">The type of that arm's result.</typeparam>
    /// <param name="first">An arm. It must not have been awaited.</param>
    /// <param name="second">An arm.</param>
    /// <returns>The future to await, once: the results, in the order of the arms.</returns>
    public static Future<(T1, T2)> TryJoinBiased<T1, T2>(Future<T1> first, Future<T2> second) =>
        first.Source is null && second.Source is null
            ? Future.FromResult((first.Value, second.Value))
            : JoinSource<Joined.Of<T1, T2>, (T1, T2)>.Rent(stopsAtFailure: true, biased: true).With(0, first).With(1, second).Future;

    /// <inheritdoc cref="TryJoinBiased{T1, T2}(Future{T1}, Future{T2})"/>
    /// <param name="futures">The arms, any number; with none it is ready.</param>
    /// <returns>The future to await, once.</returns>
    public static Future TryJoinBiased(params ReadOnlySpan<Future> futures) => JoinVoidSource.Of(futures, stopsAtFailure: true, biased: true);

    /// <inheritdoc cref="TryJoinBiased{T1, T2}(Future{T1}, Future{T2})"/>
    /// <param name="futures">The arms, any number; with none it is ready.</param>
    /// <returns>The future to await, once.</returns>
    public static Future TryJoinBiased(IEnumerable<Future> futures)
    {
        ArgumentNullException.ThrowIfNull(futures);
        return JoinVoidSource.Of(futures, stopsAtFailure: true, biased: true);
    }

    /// <inheritdoc cref="TryJoinBiased{T1, T2}(Future{T1}, Future{T2})"/>
    /// <typeparam name="T">The type of a result.</typeparam>
    /// <param name="futures">The arms, any number; with none it is ready. Enumerated at once.</param>
    /// <returns>The future to await, once: the results, in the order of the arms.</returns>
    public static Future<T[]> TryJoinBiased<T>(IEnumerable<Future<T>> futures)
    {
        ArgumentNullException.ThrowIfNull(futures);
        return JoinAllSource<T>.Of(futures, stopsAtFailure: true, biased: true);
    }
}
