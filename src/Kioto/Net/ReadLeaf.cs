using System;

namespace Kioto.Net;

/// <summary>Reads some bytes.</summary>
internal sealed class ReadLeaf : StreamLeaf<int>
{
    private Memory<byte> _buffer;

    public ReadLeaf()
        : base(isRead: true)
    {
    }

    private protected override string OperationName => "read";

    internal static Future<int> Start(SocketStream owner, IoSource io, Memory<byte> buffer)
    {
        ReadLeaf leaf = SourcePool<ReadLeaf>.Rent(Ambient.Current);
        leaf.Io = io;
        leaf.Owner = owner;
        leaf._buffer = buffer;
        leaf.IsEmpty = buffer.IsEmpty;
        return new Future<int>(leaf, leaf.Version);
    }

    private protected override CallOutcome Attempt(int fd)
    {
        int errno = TcpSockets.Receive(fd, _buffer.Span, out int count);
        if (errno != 0)
        {
            return MovedNothing(errno);
        }

        Complete(count);

        // Fewer bytes than asked for: the socket is empty, and epoll will say when it isn't. One call saved.
        return count > 0 && count < _buffer.Length ? CallOutcome.DoneAndExhausted : CallOutcome.Done;
    }

    private protected override void Recycle(Ambient ambient)
    {
        _buffer = default;
        ClearSocket();
        SourcePool<ReadLeaf>.Return(ambient, this);
    }
}
