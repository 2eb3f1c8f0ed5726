namespace Kioto.Net;

/// <summary>The base of what waits for a connection: a dump names its peer.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
internal abstract class StreamLeaf<T>(bool isRead) : SocketLeaf<T>(isRead)
{
    private protected sealed override string? Address => Stream.FindAddress();

    /// <summary>For messages.</summary>
    private protected string Kind => Stream.Kind;

    private SocketStream Stream => (SocketStream)Owner!;
}
