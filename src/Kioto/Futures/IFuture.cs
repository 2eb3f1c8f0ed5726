namespace Kioto;

/// <summary>A future written by hand: a state machine that somebody polls.</summary>
/// <remarks>
/// The contract is that of Rust's <c>Future</c>: a pending future has arranged that the context's waker, that of the
/// <em>latest</em> poll, is called when polling again makes sense; polls may come for nothing; it is not polled after
/// it was ready. <c>AsFuture()</c> makes it awaitable. An exception thrown by <see cref="Poll"/> is its failure.
/// </remarks>
/// <typeparam name="T">The type of the result.</typeparam>
public interface IFuture<T>
{
    /// <summary>Makes what progress is possible without blocking.</summary>
    /// <param name="context">Holds the waker to keep when the future is pending.</param>
    /// <returns>The result, or pending.</returns>
    Poll<T> Poll(ref PollContext context);
}
