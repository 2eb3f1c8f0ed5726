using System;
using System.Buffers.Binary;
using System.Net.Sockets;

namespace Kioto.AspNetCore.Tests;

/// <summary>A GET over HTTP/2 without TLS, answered without a body; all on one connection.</summary>
internal sealed class Http2Exchange : IExchange
{
    private const int FrameHead = 9;

    private readonly Socket _socket;
    private readonly byte[] _request = Http2Frames.Get(stream: 0);
    private readonly byte[] _acknowledgement = Http2Frames.Frame(Http2Frames.Settings, Http2Frames.Acknowledged, 0);
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _from;
    private int _to;
    private int _stream = -1;

    internal Http2Exchange(int port)
    {
        _socket = Http1Exchange.Connect(port);
        _socket.Send(Http2Frames.Hello);
    }

    public void Exchange()
    {
        _stream += 2;
        BinaryPrimitives.WriteInt32BigEndian(_request.AsSpan(5), _stream);
        _socket.Send(_request);
        while (!IsAnswer())
        {
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Reads a frame.</summary>
    private bool IsAnswer()
    {
        Fill(FrameHead);
        Span<byte> head = _buffer.AsSpan(_from, FrameHead);
        int length = (head[0] << 16) | (head[1] << 8) | head[2];
        byte type = head[3];
        byte flags = head[4];
        int stream = BinaryPrimitives.ReadInt32BigEndian(head[5..]);
        Fill(FrameHead + length);
        _from += FrameHead + length;
        if (type == Http2Frames.Settings && (flags & Http2Frames.Acknowledged) == 0)
        {
            _socket.Send(_acknowledgement);
        }

        return stream == _stream && (flags & Http2Frames.EndStream) != 0;
    }

    private void Fill(int count)
    {
        if (_from == _to)
        {
            _from = _to = 0;
        }
        else if (_buffer.Length - _from < count)
        {
            _buffer.AsSpan(_from, _to - _from).CopyTo(_buffer);
            _to -= _from;
            _from = 0;
        }

        while (_to - _from < count)
        {
            _to += Http1Exchange.Receive(_socket, _buffer.AsSpan(_to));
        }
    }
}
