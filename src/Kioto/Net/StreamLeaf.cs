namespace Kioto.Net;

/// <summary>The base of what waits for a connection: a dump names its peer.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
internal abstract class StreamLeaf<T>(bool isRead) : SocketLeaf<T>(isRead)
{
    private protected sealed override string? Address =>
        TcpSockets.FindAddress(Io, Owner!, remote: true) is { } peer ? $"peer {peer}" : null;
}
