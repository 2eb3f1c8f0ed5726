using System.Net;
using Kioto.Net;

namespace Kioto.AspNetCore;

/// <summary>Accepts TCP connections.</summary>
internal sealed class TcpAcceptor(TcpListener listener) : Acceptor
{
    // Kept: it is asked for after the listener's end too.
    internal override EndPoint EndPoint { get; } = listener.LocalEndPoint;

    internal override async Future<SocketStream> AcceptAsync() => await listener.AcceptAsync();

    public override void Dispose() => listener.Dispose();
}
