namespace Kioto.Net;

/// <summary>Accepts a TCP connection.</summary>
internal sealed class TcpAcceptLeaf : AcceptLeaf<TcpStream>
{
    private protected override string? Address => TcpSockets.FindAddress(Io, Owner!, remote: false) is { } address ? $"on {address}" : null;

    internal static Future<TcpStream> Start(TcpListener owner, IoSource io, EpollDriver driver)
    {
        TcpAcceptLeaf leaf = SourcePool<TcpAcceptLeaf>.Rent(Ambient.Current);
        leaf.Io = io;
        leaf.Owner = owner;
        leaf.Driver = driver;
        return new Future<TcpStream>(leaf, leaf.Version);
    }

    private protected override TcpStream Adopt(int connection) => new(Driver!.Register(connection));

    private protected override void Recycle(Ambient ambient)
    {
        Driver = null;
        ClearSocket();
        SourcePool<TcpAcceptLeaf>.Return(ambient, this);
    }
}
