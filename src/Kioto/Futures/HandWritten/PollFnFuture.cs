namespace Kioto;

/// <summary>A hand-written future from a delegate.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
internal sealed class PollFnFuture<T>(PollFunc<T> poll) : IFuture<T>
{
    public Poll<T> Poll(ref PollContext context) => poll(ref context);
}
