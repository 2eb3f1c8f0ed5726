using System.Threading;

namespace Kioto;

public static partial class Kio
{
    /// <summary>
    /// The token of the strand that runs this code, of a task or of one arm of a combinator: cancelled when cancelling
    /// that strand begins. Pass it to Task-based calls, so that they end when the code that awaits them is cancelled.
    /// </summary>
    /// <remarks>
    /// Made when first asked for: code that never asks pays nothing. Inside <see cref="Shield(Future)"/> it is cancelled
    /// when the shield has ended. Cleanup sees a cancelled token: give calls in a <c>finally</c> another one. Ask in the
    /// code that is polled: after an await of a Task-based method nobody knows the strand, and the token is
    /// <see cref="CancellationToken.None"/>, as it is outside any runtime.
    /// </remarks>
    public static CancellationToken CancellationToken => Ambient.Current.Strand?.GetToken() ?? CancellationToken.None;

    /// <summary>Runs a future to its end although the strand that awaits it is cancelled meanwhile.</summary>
    /// <remarks>
    /// The cancellation is kept, and thrown when the future has ended; if the future fails, its failure is thrown, and
    /// the cancellation by the next await. Also when the cancellation came before, the future runs. Nothing limits how
    /// long it takes but the end of the runtime. Tasks that it awaits are aborted by nobody: a shield is about its own
    /// strand only.
    /// </remarks>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <returns>The future to await, once.</returns>
    /// <exception cref="System.InvalidOperationException">The future was already awaited.</exception>
    [NotCancelSafe]
    public static Future<T> Shield<T>(Future<T> future)
    {
        future = future.Owned();
        return future.Source is { } source ? ShieldSource<T>.Of(source, future.Token) : future;
    }

    /// <inheritdoc cref="Shield{T}(Future{T})"/>
    [NotCancelSafe]
    public static Future Shield(Future future)
    {
        if (future.Source is not { } source)
        {
            return future;
        }

        Future<Unit> shielded = ShieldSource<Unit>.Of(source, future.Token);
        return new Future(shielded.Source!, shielded.Token);
    }
}
