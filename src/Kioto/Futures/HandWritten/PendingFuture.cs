namespace Kioto;

/// <summary>Never ready, and wakes nobody.</summary>
/// <typeparam name="T">The type of the result that it will not have.</typeparam>
internal sealed class PendingFuture<T> : IFuture<T>
{
    internal static readonly PendingFuture<T> Instance = new();

    public Poll<T> Poll(ref PollContext context) => Poll<T>.Pending;
}
