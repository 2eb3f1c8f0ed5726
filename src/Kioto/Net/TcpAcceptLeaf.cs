namespace Kioto.Net;

/// <summary>Accepts a TCP connection.</summary>
internal sealed class TcpAcceptLeaf : AcceptLeaf<TcpAcceptLeaf, TcpStream>
{
    private protected override string? Address => TcpSockets.FindAddress(Io, Owner!, remote: false) is { } address ? $"on {address}" : null;

    private protected override TcpStream Adopt(int connection) => new(Driver!.Register(connection));
}
