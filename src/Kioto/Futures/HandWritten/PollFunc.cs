namespace Kioto;

/// <summary>One poll of a future, for <see cref="Kio.PollFn{T}"/>.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
/// <param name="context">Holds the waker to keep when the future is pending.</param>
/// <returns>The result, or pending.</returns>
public delegate Poll<T> PollFunc<T>(ref PollContext context);
