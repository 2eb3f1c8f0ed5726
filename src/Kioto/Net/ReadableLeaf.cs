namespace Kioto.Net;

/// <summary>Waits until a read would not wait.</summary>
internal sealed class ReadableLeaf : StreamLeaf<Unit>
{
    private bool _look;

    public ReadableLeaf()
        : base(isRead: true)
    {
    }

    private protected override string OperationName => "read";

    internal static Future Start(SocketStream owner, IoSource io, bool look)
    {
        ReadableLeaf leaf = SourcePool<ReadableLeaf>.Rent(Ambient.Current);
        leaf.Io = io;
        leaf.Owner = owner;
        leaf._look = look;
        return new Future(leaf, leaf.Version);
    }

    private protected override CallOutcome Attempt(int fd)
    {
        switch (_look ? TcpSockets.Look(fd) : 0)
        {
            case Libc.ErrorAgain:
                return CallOutcome.WouldBlock;
            case Libc.ErrorInterrupted:
                return CallOutcome.Again;
        }

        // Errors too: the read reports them.
        Complete(default);
        return CallOutcome.Done;
    }

    private protected override void Recycle(Ambient ambient)
    {
        ClearSocket();
        SourcePool<ReadableLeaf>.Return(ambient, this);
    }
}
