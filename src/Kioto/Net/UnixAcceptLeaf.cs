namespace Kioto.Net;

/// <summary>Accepts a Unix connection.</summary>
internal sealed class UnixAcceptLeaf : AcceptLeaf<UnixAcceptLeaf, UnixStream>
{
    private protected override string? Address => UnixSockets.FindAddress(Io, Owner!, remote: false) is { } address ? $"on {address}" : null;

    private protected override UnixStream Adopt(int connection) => new(Driver!.Register(connection, traits: UnixSockets.Traits));
}
