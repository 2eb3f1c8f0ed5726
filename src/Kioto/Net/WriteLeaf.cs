using System;

namespace Kioto.Net;

/// <summary>Writes some bytes.</summary>
internal sealed class WriteLeaf : StreamLeaf<int>
{
    private ReadOnlyMemory<byte> _buffer;

    public WriteLeaf()
        : base(isRead: false)
    {
    }

    private protected override string OperationName => "write";

    internal static Future<int> Start(SocketStream owner, IoSource io, ReadOnlyMemory<byte> buffer)
    {
        WriteLeaf leaf = SourcePool<WriteLeaf>.Rent(Ambient.Current);
        leaf.Io = io;
        leaf.Owner = owner;
        leaf._buffer = buffer;
        leaf.IsEmpty = buffer.IsEmpty;
        return new Future<int>(leaf, leaf.Version);
    }

    private protected override CallOutcome Attempt(int fd)
    {
        int errno = TcpSockets.Send(fd, _buffer.Span, out int count);
        if (errno != 0)
        {
            return MovedNothing(errno);
        }

        Complete(count);
        return count < _buffer.Length ? CallOutcome.DoneAndExhausted : CallOutcome.Done;
    }

    private protected override void Recycle(Ambient ambient)
    {
        _buffer = default;
        ClearSocket();
        SourcePool<WriteLeaf>.Return(ambient, this);
    }
}
