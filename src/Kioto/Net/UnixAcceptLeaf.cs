namespace Kioto.Net;

/// <summary>Accepts a Unix connection.</summary>
internal sealed class UnixAcceptLeaf : AcceptLeaf<UnixStream>
{
    private protected override string? Address => UnixSockets.FindAddress(Io, Owner!, remote: false) is { } address ? $"on {address}" : null;

    internal static Future<UnixStream> Start(UnixListener owner, IoSource io, EpollDriver driver)
    {
        UnixAcceptLeaf leaf = SourcePool<UnixAcceptLeaf>.Rent(Ambient.Current);
        leaf.Io = io;
        leaf.Owner = owner;
        leaf.Driver = driver;
        return new Future<UnixStream>(leaf, leaf.Version);
    }

    private protected override UnixStream Adopt(int connection) => new(Driver!.Register(connection, traits: UnixSockets.Traits));

    private protected override void Recycle(Ambient ambient)
    {
        Driver = null;
        ClearSocket();
        SourcePool<UnixAcceptLeaf>.Return(ambient, this);
    }
}
