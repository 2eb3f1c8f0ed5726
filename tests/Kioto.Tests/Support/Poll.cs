namespace Kioto.Tests;

internal delegate Poll<T> PollFunc<T>(ref PollContext context);

/// <summary>A hand-written future from a lambda.</summary>
internal static class Poll
{
    internal static Future<T> Of<T>(PollFunc<T> poll) => new LambdaFuture<T>(poll).AsFuture();

    private sealed class LambdaFuture<T>(PollFunc<T> poll) : IFuture<T>
    {
        public Poll<T> Poll(ref PollContext context) => poll(ref context);
    }
}
