using System;

namespace Kioto.Net;

/// <summary>Writes all bytes.</summary>
internal sealed class WriteAllLeaf : StreamLeaf<Unit>
{
    // What is left to write.
    private ReadOnlyMemory<byte> _buffer;

    public WriteAllLeaf()
        : base(isRead: false)
    {
    }

    private protected override string OperationName => "write";

    internal static Future Start(SocketStream owner, IoSource io, ReadOnlyMemory<byte> buffer)
    {
        WriteAllLeaf leaf = SourcePool<WriteAllLeaf>.Rent(Ambient.Current);
        leaf.Io = io;
        leaf.Owner = owner;
        leaf._buffer = buffer;
        leaf.IsEmpty = buffer.IsEmpty;
        return new Future(leaf, leaf.Version);
    }

    private protected override CallOutcome Attempt(int fd)
    {
        int errno = TcpSockets.Send(fd, _buffer.Span, out int count);
        if (errno != 0)
        {
            return MovedNothing(errno);
        }

        if (count < _buffer.Length)
        {
            _buffer = _buffer[count..];
            return CallOutcome.WouldBlock; // The socket's buffer is full.
        }

        Complete(default);
        return CallOutcome.Done;
    }

    private protected override void Recycle(Ambient ambient)
    {
        _buffer = default;
        ClearSocket();
        SourcePool<WriteAllLeaf>.Return(ambient, this);
    }
}
