namespace Kioto;

public static partial class Kio
{
    /// <summary>Runs futures at the same time, on this task, until one has ended; the others are cancelled.</summary>
    /// <remarks>
    /// When it returns, the losers' cleanup has ended. A loser that waits in an operation of Kioto itself is withdrawn
    /// without an exception; one that was not polled yet never runs. If the winner failed, its failure is thrown here,
    /// at the await; what fails in a loser's cleanup is told to the runtime (<c>OnUnhandledFailure</c>). Each poll begins
    /// with a random arm: use <c>SelectBiased</c> for the order of the arguments. <c>When(bool)</c> switches an arm off;
    /// with all off it throws. A loser's progress is lost, unless it is a <see cref="Pinned{T}"/>. Cancelling the select
    /// cancels all arms, and waits for their cleanup. Allocates nothing in steady state, except for arms passed as
    /// <see cref="IArm{T}"/>. As Tokio's <c>select!</c>.
    /// </remarks>
    /// <typeparam name="T1">The type of that arm's result.</typeparam>
    /// <typeparam name="T2">The type of that arm's result.</typeparam>
    /// <param name="first">An arm. It must not have been awaited.</param>
    /// <param name="second">An arm.</param>
    /// <returns>The future to await, once: which arm won, and with what.</returns>
    /// <exception cref="System.InvalidOperationException">From the await: every arm is switched off.</exception>
    public static Future<Selected<T1, T2>> Select<T1, T2>(Future<T1> first, Future<T2> second) =>
        SelectSource<Selected<T1, T2>>.Rent(biased: false).With(0, first).With(1, second).Future;

    /// <summary>As <c>Select</c>, but each poll begins with the first arm: of several that are ready, the first wins.</summary>
    /// <remarks>
    /// An arm that is always ready starves the ones behind it: put what is rare, like a shutdown signal, in front. As
    /// Tokio's <c>select! { biased; ... }</c>. Otherwise as <c>Select</c>.
    /// </remarks>
    /// <typeparam name="T1">The type of that arm's result.</typeparam>
    /// <typeparam name="T2">The type of that arm's result.</typeparam>
    /// <param name="first">An arm. It must not have been awaited.</param>
    /// <param name="second">An arm.</param>
    /// <returns>The future to await, once: which arm won, and with what.</returns>
    /// <exception cref="System.InvalidOperationException">From the await: every arm is switched off.</exception>
    public static Future<Selected<T1, T2>> SelectBiased<T1, T2>(Future<T1> first, Future<T2> second) =>
        SelectSource<Selected<T1, T2>>.Rent(biased: true).With(0, first).With(1, second).Future;

    /// <summary>Keeps a future across the turns of a loop: a select that it loses does not cancel it.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">The future; it must not have been awaited. It starts when the pinned one is first polled.</param>
    /// <returns>What to pass to <c>Select</c>. Dispose it: <c>await using var reading = Kio.Pin(ReadAsync());</c></returns>
    /// <exception cref="System.InvalidOperationException">The future was already awaited.</exception>
    public static Pinned<T> Pin<T>(Future<T> future) => new(future);

    /// <inheritdoc cref="Pin{T}(Future{T})"/>
    public static Pinned<Unit> Pin(Future future) => new(future.AsUnit());
}
