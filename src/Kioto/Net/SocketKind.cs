namespace Kioto.Net;

/// <summary>What a socket that comes from elsewhere has to be.</summary>
internal enum SocketKind
{
    Tcp,
    TcpListener,
    Unix,
    UnixListener,
}
