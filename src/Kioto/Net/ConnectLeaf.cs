using System.Net;

namespace Kioto.Net;

/// <summary>Waits for a connection that is being made, and asks how it went.</summary>
internal sealed class ConnectLeaf : SocketLeaf<Unit>
{
    private IPEndPoint? _peer;

    public ConnectLeaf()
        : base(isRead: false)
    {
    }

    private protected override string OperationName => "connect";

    internal static Future Start(TcpStream owner, IoSource io, IPEndPoint peer)
    {
        ConnectLeaf leaf = SourcePool<ConnectLeaf>.Rent(Ambient.Current);
        leaf.Io = io;
        leaf.Owner = owner;
        leaf._peer = peer;
        return new Future(leaf, leaf.Version);
    }

    private protected override string? Address => _peer is { } peer ? $"to {peer}" : null;

    private protected override CallOutcome Attempt(int fd)
    {
        int error = TcpSockets.GetOption(fd, Libc.LevelSocket, Libc.OptionError);
        if (error != 0)
        {
            Fail(Errors.Socket(error, $"Connecting to {_peer} failed"));
            return CallOutcome.Done;
        }

        if (!TcpSockets.IsConnected(fd))
        {
            return CallOutcome.WouldBlock; // Woken for nothing: the readiness that a new socket is given.
        }

        Complete(default);
        return CallOutcome.Done;
    }

    private protected override void Recycle(Ambient ambient)
    {
        _peer = null;
        ClearSocket();
        SourcePool<ConnectLeaf>.Return(ambient, this);
    }
}
