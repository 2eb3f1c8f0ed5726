using System.Buffers;

namespace Kioto.Net;

/// <summary>Writes all bytes of several buffers.</summary>
internal sealed class WriteSequenceLeaf : StreamLeaf<Unit>
{
    // What is left to write.
    private ReadOnlySequence<byte> _buffers;

    public WriteSequenceLeaf()
        : base(isRead: false)
    {
    }

    private protected override string OperationName => "write";

    internal static Future Start(SocketStream owner, IoSource io, in ReadOnlySequence<byte> buffers)
    {
        WriteSequenceLeaf leaf = SourcePool<WriteSequenceLeaf>.Rent(Ambient.Current);
        leaf.Io = io;
        leaf.Owner = owner;
        leaf._buffers = buffers;
        leaf.IsEmpty = buffers.IsEmpty;
        return new Future(leaf, leaf.Version);
    }

    private protected override CallOutcome Attempt(int fd)
    {
        int count;
        int offered;
        int errno;
        if (_buffers.IsSingleSegment)
        {
            offered = _buffers.FirstSpan.Length;
            errno = TcpSockets.Send(fd, _buffers.FirstSpan, out count);
        }
        else
        {
            errno = TcpSockets.SendMany(fd, _buffers, out count, out offered);
        }

        if (errno != 0)
        {
            return MovedNothing(errno);
        }

        _buffers = _buffers.Slice(count);
        if (_buffers.IsEmpty)
        {
            Complete(default);
            return CallOutcome.Done;
        }

        return count < offered ? CallOutcome.WouldBlock : CallOutcome.Again;
    }

    private protected override void Recycle(Ambient ambient)
    {
        _buffers = default;
        ClearSocket();
        SourcePool<WriteSequenceLeaf>.Return(ambient, this);
    }
}
