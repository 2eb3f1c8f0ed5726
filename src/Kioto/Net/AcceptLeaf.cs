using System;

namespace Kioto.Net;

/// <summary>Accepts a connection.</summary>
/// <typeparam name="TLeaf">The type of the leaf itself, which its pool is of.</typeparam>
/// <typeparam name="TStream">The type of the connection.</typeparam>
internal abstract class AcceptLeaf<TLeaf, TStream> : SocketLeaf<TStream>
    where TLeaf : AcceptLeaf<TLeaf, TStream>, new()
    where TStream : SocketStream
{
    private protected AcceptLeaf()
        : base(isRead: true)
    {
    }

    /// <summary>What watches the connection.</summary>
    private protected EpollDriver? Driver { get; private set; }

    private protected sealed override string OperationName => "accept";

    internal static Future<TStream> Start(object owner, IoSource io, EpollDriver driver)
    {
        TLeaf leaf = SourcePool<TLeaf>.Rent(Ambient.Current);
        leaf.Io = io;
        leaf.Owner = owner;
        leaf.Driver = driver;
        return new Future<TStream>(leaf, leaf.Version);
    }

    /// <summary>Takes over a connection, also when it throws.</summary>
    /// <param name="connection">The descriptor.</param>
    /// <returns>The connection.</returns>
    private protected abstract TStream Adopt(int connection);

    private protected sealed override CallOutcome Attempt(int fd)
    {
        int errno = TcpSockets.Accept(fd, out int connection);
        switch (errno)
        {
            case 0:
                try
                {
                    Complete(Adopt(connection));
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

    private protected sealed override void Recycle(Ambient ambient)
    {
        Driver = null;
        ClearSocket();
        SourcePool<TLeaf>.Return(ambient, (TLeaf)this);
    }
}
