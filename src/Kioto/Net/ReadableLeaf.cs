namespace Kioto.Net;

/// <summary>Waits until a read would not wait.</summary>
internal sealed class ReadableLeaf : SocketLeaf<Unit>
{
    public ReadableLeaf()
        : base(isRead: true)
    {
    }

    private protected override string OperationName => "read";

    internal static Future Start(TcpStream owner, IoSource io)
    {
        ReadableLeaf leaf = SourcePool<ReadableLeaf>.Rent(Ambient.Current);
        leaf.Io = io;
        leaf.Owner = owner;
        return new Future(leaf, leaf.Version);
    }

    private protected override CallOutcome Attempt(int fd)
    {
        Complete(default);
        return CallOutcome.Done;
    }

    private protected override void Recycle(Ambient ambient)
    {
        ClearSocket();
        SourcePool<ReadableLeaf>.Return(ambient, this);
    }
}
