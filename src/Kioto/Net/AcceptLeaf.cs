using System;

namespace Kioto.Net;

/// <summary>Accepts a connection.</summary>
internal sealed class AcceptLeaf : SocketLeaf<TcpStream>
{
    private EpollDriver? _driver;

    public AcceptLeaf()
        : base(isRead: true)
    {
    }

    private protected override string OperationName => "accept";

    private protected override string? Address => TcpSockets.FindAddress(Io, Owner!, remote: false) is { } address ? $"on {address}" : null;

    internal static Future<TcpStream> Start(TcpListener owner, IoSource io, EpollDriver driver)
    {
        AcceptLeaf leaf = SourcePool<AcceptLeaf>.Rent(Ambient.Current);
        leaf.Io = io;
        leaf.Owner = owner;
        leaf._driver = driver;
        return new Future<TcpStream>(leaf, leaf.Version);
    }

    private protected override CallOutcome Attempt(int fd)
    {
        int errno = TcpSockets.Accept(fd, out int connection);
        switch (errno)
        {
            case 0:
                try
                {
                    Complete(new TcpStream(_driver!.Register(connection)));
                }
                catch (Exception exception)
                {
                    Fail(exception);
                }

                return CallOutcome.Done;
            case Libc.ErrorAgain:
                return CallOutcome.WouldBlock;
            case Libc.ErrorInterrupted:
            case Libc.ErrorConnectionAborted:
                return CallOutcome.Again; // The client left while it waited: nobody else's concern.
            default:
                Fail(Errors.Socket(errno, "accept"));
                return CallOutcome.Done;
        }
    }

    private protected override void Recycle(Ambient ambient)
    {
        _driver = null;
        ClearSocket();
        SourcePool<AcceptLeaf>.Return(ambient, this);
    }
}
