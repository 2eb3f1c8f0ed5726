using System;

namespace Kioto;

public static partial class Kio
{
    /// <summary>Makes a future of one delegate: <see cref="IFuture{T}.Poll"/> without a class. As Rust's <c>poll_fn</c>.</summary>
    /// <remarks>
    /// The delegate keeps <see cref="IFuture{T}"/>'s contract. Cancelling the future stops calling it; what it may have
    /// registered stays registered, and wakes for nothing.
    /// </remarks>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="poll">Makes what progress is possible without blocking; what it throws is the failure.</param>
    /// <returns>The future to await, once.</returns>
    public static Future<T> PollFn<T>(PollFunc<T> poll)
    {
        ArgumentNullException.ThrowIfNull(poll);
        return new PollFnFuture<T>(poll).AsFuture();
    }
}
