namespace Kioto.Net;

/// <summary>The base of what waits for a connection: a dump names its peer.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
internal abstract class StreamLeaf<T>(bool isRead) : SocketLeaf<T>(isRead)
{
    private protected sealed override string? Address => Stream.FindAddress();

    /// <summary>What came of a call that has moved nothing.</summary>
    /// <param name="errno">Its errno, not 0.</param>
    /// <returns>What to do.</returns>
    private protected CallOutcome MovedNothing(int errno)
    {
        switch (errno)
        {
            case Libc.ErrorAgain:
                return CallOutcome.WouldBlock;
            case Libc.ErrorInterrupted:
                return CallOutcome.Again;
            default:
                Fail(Errors.Stream(errno, $"{(IsRead ? "Reading from" : "Writing to")} the {Stream.Kind} stream failed"));
                return CallOutcome.Done;
        }
    }

    private SocketStream Stream => (SocketStream)Owner!;
}
